#include "image/exif.h"

#include <array>
#include <cstdint>
#include <optional>

#include "image/byte_reader.h"

namespace dpt::image {

namespace {

constexpr uint16_t orientation_tag = 0x0112;
constexpr uint16_t type_short = 3;

/// Bytes "Exif\0\0" that JPEG and some WebP files put in front.
std::span<const std::byte> without_signature(std::span<const std::byte> bytes) {
  constexpr std::array<char, 6> signature = {'E', 'x', 'i', 'f', 0, 0};
  if (bytes.size() < signature.size()) return bytes;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (bytes[i] != static_cast<std::byte>(signature[i])) return bytes;
  }
  return bytes.subspan(signature.size());
}

/// Orientation from the first directory; nothing when there is none or it lies outside.
std::optional<int> find_orientation(std::span<const std::byte> tiff) {
  if (tiff.size() < 8) return std::nullopt;
  const bool big_endian = tiff[0] == std::byte{'M'};
  if (tiff[0] != tiff[1] || (!big_endian && tiff[0] != std::byte{'I'})) return std::nullopt;
  const auto u16 = [&](size_t at) { return load_u16(tiff, at, big_endian); };
  if (u16(2) != 42) return std::nullopt;
  const size_t directory = load_u32(tiff, 4, big_endian);
  if (directory > tiff.size() - 2) return std::nullopt;
  const size_t entries = u16(directory);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.size()) return std::nullopt;
    if (u16(entry) != orientation_tag) continue;
    if (u16(entry + 2) != type_short) return std::nullopt;
    return u16(entry + 8);
  }
  return std::nullopt;
}

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
  const int value = find_orientation(without_signature(tiff)).value_or(1);
  return value >= 1 && value <= 8 ? value : 1;
}

Image apply_orientation(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const int width = image.width();
  const int height = image.height();
  const bool transposed = orientation >= 5;
  Image out = transposed ? Image(height, width) : Image(width, height);
  for (int y = 0; y < out.height(); ++y) {
    uint8_t* pixel = out.row(y);
    for (int x = 0; x < out.width(); ++x, pixel += 3) {
      int from_x = transposed ? y : x;
      int from_y = transposed ? x : y;
      // Which source axes run backwards, by orientation.
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
        from_x = width - 1 - from_x;
      }
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
        from_y = height - 1 - from_y;
      }
      const uint8_t* from = image.row(from_y) + static_cast<ptrdiff_t>(from_x) * 3;
      pixel[0] = from[0];
      pixel[1] = from[1];
      pixel[2] = from[2];
    }
  }
  return out;
}

}  // namespace dpt::image
