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

struct Format {
  bool (*recognise)(Bytes);
  Decoded (*decode)(const Source&);
};

constexpr std::array<Format, 6> formats = {{
    {[](Bytes b) { return has_at(b, 0, "\xFF\xD8\xFF"); }, decode_jpeg},
    {[](Bytes b) { return has_at(b, 0, "\x89PNG\r\n\x1A\n"); }, decode_png},
    {[](Bytes b) { return has_at(b, 0, "RIFF") && has_at(b, 8, "WEBP"); }, decode_webp},
    {is_tiff, decode_tiff},
    {[](Bytes b) { return has_at(b, 0, "BM"); }, decode_bmp},
    {is_pnm, decode_pnm},
}};

}  // namespace

std::string_view readable_formats() { return "JPEG, PNG, WebP, TIFF, BMP, PNM"; }

Image decode(std::span<const std::byte> bytes, const ReadOptions& options, std::string_view name) {
  const std::string shown = printable(name, 1000);
  if (bytes.empty()) fail(ErrorKind::input, "{}: is empty, expected a picture", shown);
  for (const Format& format : formats) {
    if (!format.recognise(bytes)) continue;
    Decoded decoded = format.decode({bytes, shown});
    if (!options.apply_exif_orientation) return std::move(decoded.image);
    return apply_orientation(std::move(decoded.image), decoded.orientation);
  }
  fail(ErrorKind::input, "{}: is no picture in a known format, expected one of {}", shown,
       readable_formats());
}

Image read(const std::filesystem::path& path, const ReadOptions& options) {
  const std::vector<std::byte> bytes = read_file(path, max_file_bytes, ErrorKind::input);
  return decode(bytes, options, path.string());
}

}  // namespace dpt::image
