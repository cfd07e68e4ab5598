// Where the frames of `dpt video` go, by its options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "cli/console.h"
#include "cli/interruption.h"
#include "cli/video_options.h"
#include "movie/sink.h"
#include "video/reader.h"

namespace dpt::cli {

/// A video, or one file of values for each frame, numbered from `done` + 1, where `output` is a
/// sequence. Throws Error(usage) for formats that the task has not, and as the sinks.
std::unique_ptr<movie::Sink> make_sink(const VideoOptions& options, const OpenModel& model,
                                       const std::filesystem::path& output, int64_t done,
                                       video::Reader& reader, Console& console,
                                       Interruption& interruption);

}  // namespace dpt::cli
