#include "image/read.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "image/decoders.h"
#include "image/exif.h"

namespace dpt::image {

namespace {

bool has_at(std::span<const std::byte> bytes, size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<ptrdiff_t>(at),
                    [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

using Bytes = std::span<const std::byte>;

bool is_pnm(Bytes bytes) {
  if (bytes.size() < 3 || !has_at(bytes, 0, "P")) return false;
  const auto kind = static_cast<char>(bytes[1]);
  const auto next = static_cast<char>(bytes[2]);
  return kind >= '1' && kind <= '6' &&
         (next == ' ' || next == '#' || (next >= '\t' && next <= '\r'));
}

bool is_tiff(Bytes bytes) {
  using namespace std::string_view_literals;
  return has_at(bytes, 0, "II*\0"sv) || has_at(bytes, 0, "MM\0*"sv) ||
         has_at(bytes, 0, "II+\0"sv) || has_at(bytes, 0, "MM\0+"sv);
}

bool is_heif(Bytes bytes) {
  if (!has_at(bytes, 4, "ftyp")) return false;
  constexpr std::array<std::string_view, 8> brands = {"heic", "heix", "heim", "heis",
                                                      "mif1", "msf1", "avif", "avis"};
  return std::any_of(brands.begin(), brands.end(),
                     [&](std::string_view brand) { return has_at(bytes, 8, brand); });
}

bool is_video(Bytes bytes) {
  return has_at(bytes, 4, "ftyp") || has_at(bytes, 0, "\x1A\x45\xDF\xA3") ||
         (has_at(bytes, 0, "RIFF") && has_at(bytes, 8, "AVI "));
}

struct Format {
  bool (*recognise)(Bytes);
  Decoded (*decode)(const Source&);
};

constexpr std::array<Format, 7> formats = {{
    {[](Bytes b) { return has_at(b, 0, "\xFF\xD8\xFF"); }, decode_jpeg},
    {[](Bytes b) { return has_at(b, 0, "\x89PNG\r\n\x1A\n"); }, decode_png},
    {[](Bytes b) { return has_at(b, 0, "RIFF") && has_at(b, 8, "WEBP"); }, decode_webp},
    {is_heif, decode_heif},
    {is_tiff, decode_tiff},
    {[](Bytes b) { return has_at(b, 0, "BM"); }, decode_bmp},
    {is_pnm, decode_pnm},
}};

}  // namespace

std::string_view readable_formats() { return "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, PNM"; }

Photograph decode_photograph(std::span<const std::byte> bytes, const ReadOptions& options,
                             std::string_view name) {
  const std::string shown = printable(name, 1000);
  if (bytes.empty()) fail(ErrorKind::input, "{}: is empty, expected a picture", shown);
  for (const Format& format : formats) {
    if (!format.recognise(bytes)) continue;
    Decoded decoded = format.decode({bytes, shown});
    Photograph photograph{std::move(decoded.image), decoded.exif.focal_35mm};
    if (!options.apply_exif_orientation) return photograph;
    photograph.image = apply_orientation(std::move(photograph.image), decoded.exif.orientation);
    return photograph;
  }
  if (is_video(bytes)) fail(ErrorKind::input, "{}: is a video, which \"dpt video\" takes", shown);
  fail(ErrorKind::input, "{}: is no picture in a known format, expected one of {}", shown,
       readable_formats());
}

Photograph read_photograph(const std::filesystem::path& path, const ReadOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, max_file_bytes, ErrorKind::input);
  return decode_photograph(bytes, options, path.string());
}

Image decode(std::span<const std::byte> bytes, const ReadOptions& options, std::string_view name) {
  return std::move(decode_photograph(bytes, options, name).image);
}

Image read(const std::filesystem::path& path, const ReadOptions& options) {
  return std::move(read_photograph(path, options).image);
}

}  // namespace dpt::image
