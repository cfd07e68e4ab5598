// The parts of an NPY file's header, for the readers of pictures and of tensors, and the one
// writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "image/codec/write.h"

namespace dpt::image {

struct NpyHeader {
  int version = 0;        ///< the major one, as it is there
  size_t size = 0;        ///< bytes that the header should have
  size_t data_at = 0;     ///< where the elements begin
  std::string_view text;  ///< shorter than `size` where the file ends within it
};

/// Nothing for a file of less than 12 bytes or of another magic.
std::optional<NpyHeader> find_npy_header(std::span<const std::byte> bytes);

/// What stands behind the key and its colon in the header's dictionary, up to the header's end.
/// Throws Error(input), beginning with `name`, where there is no such key.
std::string_view npy_value(std::string_view header, std::string_view key, std::string_view name);

/// A whole number from 0 on, with or without Python 2's L.
std::optional<int64_t> npy_whole(std::string_view text);

/// "(1, 3, 4), ...": at most 8 extents; nothing for what is no list of them.
std::optional<std::vector<int64_t>> npy_extents(std::string_view text);

/// NPY 1.0 in C order. `type`: as numpy writes it, "<f4"; `data`: the elements.
Bytes encode_npy(std::string_view type, std::span<const int64_t> shape,
                 std::span<const std::byte> data);

}  // namespace dpt::image
