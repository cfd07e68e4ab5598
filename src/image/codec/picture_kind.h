// What kind of picture a file is, by its first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dpt::image {

enum class PictureKind : uint8_t { none, jpeg, png, webp, heif, avif, tiff, bmp, pnm };

/// How many of a file's first bytes are looked at, where it has them.
inline constexpr size_t picture_head_bytes = 4096;

/// The kind that the bytes begin like: of a file that is said to be a picture.
PictureKind kind_of(std::span<const std::byte> head);

/// For files whose names say nothing: also that what follows a mark of two letters is the header
/// of a picture, and that a TIFF is none of a camera's raw files, of which only a thumbnail could
/// be read.
bool is_surely_picture(std::span<const std::byte> head);

/// MP4, QuickTime, Matroska, AVI.
bool is_video(std::span<const std::byte> head);

}  // namespace dpt::image
