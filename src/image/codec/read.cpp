#include "image/codec/read.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/decoders.h"
#include "image/codec/exif.h"
#include "image/codec/origin.h"
#include "image/codec/picture_kind.h"

namespace dpt::image {

namespace {

Decoded decode_kind(PictureKind kind, const Source& source) {
  switch (kind) {
    case PictureKind::jpeg:
      return decode_jpeg(source);
    case PictureKind::png:
      return decode_png(source);
    case PictureKind::webp:
      return decode_webp(source);
    case PictureKind::heif:
    case PictureKind::avif:
      return decode_heif(source);
    case PictureKind::tiff:
      return decode_tiff(source);
    case PictureKind::bmp:
      return decode_bmp(source);
    case PictureKind::pnm:
      return decode_pnm(source);
    case PictureKind::none:
      break;
  }
  if (is_video(source.bytes)) {
    fail(ErrorKind::input, "{}: is a video, which \"dpt video\" takes", source.name);
  }
  fail(ErrorKind::input, "{}: is no picture in a known format, expected one of {}", source.name,
       readable_formats());
}

/// Where values use little of what their header allows, nothing but the lowest of 8 bits is left.
std::string darkness_of(const Decoded& decoded, const std::string& name) {
  constexpr uint8_t dark = 16;
  if (decoded.largest_sample == 0) return {};
  uint8_t brightest = 0;
  const std::span<const uint8_t> samples(decoded.image.data(), decoded.image.bytes());
  for (const uint8_t sample : samples) {
    if (sample >= dark) return {};
    brightest = std::max(brightest, sample);
  }
  const bool is_wide = decoded.largest_sample > 255;
  if (brightest == 0 && !is_wide) return {};
  return fmt::format(
      "{}: is nearly black: its brightest value is {} of 255 ({}, as OpenCV reads them; its header "
      "allows {}); scale the values up first",
      name, brightest, is_wide ? "the upper 8 of 16 bits" : "values as they are stored",
      decoded.largest_sample);
}

}  // namespace

std::string_view readable_formats() { return "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, PNM"; }

Photograph decode_photograph(std::span<const std::byte> bytes, const ReadOptions& options,
                             std::string_view name) {
  const std::string shown = printable(name, 1000);
  if (bytes.empty()) fail(ErrorKind::input, "{}: is empty, expected a picture", shown);
  Decoded decoded = decode_kind(kind_of(bytes), {bytes, shown});
  std::vector<std::string> notes = std::move(decoded.notes);
  if (content_of(decoded.text)) {
    notes.push_back(fmt::format("{}: is {}, read as a photograph", shown, describe(decoded.text)));
  }
  if (std::string note = darkness_of(decoded, shown); !note.empty()) {
    notes.push_back(std::move(note));
  }
  Photograph photograph{std::move(decoded.image), decoded.exif.focal_35mm, std::move(notes)};
  if (options.apply_exif_orientation) {
    photograph.image = apply_orientation(std::move(photograph.image), decoded.exif.orientation);
  }
  return photograph;
}

Photograph read_photograph(const std::filesystem::path& path, const ReadOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, max_file_bytes, ErrorKind::input);
  return decode_photograph(bytes, options, path == "-" ? "standard input" : path.string());
}

Image decode(std::span<const std::byte> bytes, const ReadOptions& options, std::string_view name) {
  return std::move(decode_photograph(bytes, options, name).image);
}

Image read(const std::filesystem::path& path, const ReadOptions& options) {
  return std::move(read_photograph(path, options).image);
}

}  // namespace dpt::image
