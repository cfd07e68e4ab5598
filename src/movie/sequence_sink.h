// One file of values for each frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "image/codec/write.h"
#include "movie/sink.h"

namespace dpt::movie {

/// The bytes of a frame's file.
using EncodeFrame = std::function<image::Bytes(Prediction)>;
/// As write_file(): a file gets its name when it is whole.
using WriteFile =
    std::function<void(const std::filesystem::path& path, std::span<const std::byte> bytes)>;

/// `pattern` is a NumberedName, whose folder is made; the frames are numbered from `done` + 1.
std::unique_ptr<Sink> make_sequence_sink(const std::filesystem::path& pattern, int64_t done,
                                         EncodeFrame encode, WriteFile write);

}  // namespace dpt::movie
