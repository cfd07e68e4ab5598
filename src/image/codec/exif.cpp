#include "image/codec/exif.h"

#include <array>
#include <cstdint>
#include <optional>

#include "image/codec/byte_reader.h"

namespace dpt::image {

namespace {

constexpr uint16_t orientation_tag = 0x0112;
constexpr uint16_t exif_directory_tag = 0x8769;
constexpr uint16_t focal_35mm_tag = 0xA405;
constexpr uint16_t type_short = 3;
constexpr uint16_t type_long = 4;

/// Bytes "Exif\0\0" that JPEG and some WebP files put in front.
std::span<const std::byte> without_signature(std::span<const std::byte> bytes) {
  constexpr std::array<char, 6> signature = {'E', 'x', 'i', 'f', 0, 0};
  if (bytes.size() < signature.size()) return bytes;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (bytes[i] != static_cast<std::byte>(signature[i])) return bytes;
  }
  return bytes.subspan(signature.size());
}

/// A TIFF structure whose header is right.
struct Tiff {
  std::span<const std::byte> bytes;
  bool big_endian = false;

  uint16_t u16(size_t at) const { return load_u16(bytes, at, big_endian); }
  uint32_t u32(size_t at) const { return load_u32(bytes, at, big_endian); }
};

std::optional<Tiff> open_tiff(std::span<const std::byte> bytes) {
  if (bytes.size() < 8) return std::nullopt;
  const Tiff tiff{bytes, bytes[0] == std::byte{'M'}};
  if (bytes[0] != bytes[1] || (!tiff.big_endian && bytes[0] != std::byte{'I'})) return std::nullopt;
  if (tiff.u16(2) != 42) return std::nullopt;
  return tiff;
}

/// Value of a tag with one 16- or 32-bit number; nothing when the directory has none or lies
/// outside.
std::optional<uint32_t> find_number(const Tiff& tiff, size_t directory, uint16_t tag) {
  if (directory > tiff.bytes.size() - 2) return std::nullopt;
  const size_t entries = tiff.u16(directory);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.bytes.size()) return std::nullopt;
    if (tiff.u16(entry) != tag) continue;
    const uint16_t type = tiff.u16(entry + 2);
    if (type == type_short) return tiff.u16(entry + 8);
    if (type == type_long) return tiff.u32(entry + 8);
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Exif read_exif(std::span<const std::byte> bytes) {
  Exif exif;
  const auto tiff = open_tiff(without_signature(bytes));
  if (!tiff) return exif;
  const size_t first = tiff->u32(4);
  const uint32_t orientation = find_number(*tiff, first, orientation_tag).value_or(1);
  if (orientation >= 1 && orientation <= 8) exif.orientation = static_cast<int>(orientation);
  if (const auto second = find_number(*tiff, first, exif_directory_tag)) {
    exif.focal_35mm = find_number(*tiff, *second, focal_35mm_tag).value_or(0);
  }
  return exif;
}

int exif_orientation(std::span<const std::byte> tiff) { return read_exif(tiff).orientation; }

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
