#include "image/codec/picture_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "image/codec/byte_reader.h"

namespace dpt::image {

namespace {

using Bytes = std::span<const std::byte>;

bool has_at(Bytes bytes, size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<ptrdiff_t>(at),
                    [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

char char_at(Bytes bytes, size_t at) {
  return at < bytes.size() ? static_cast<char>(bytes[at]) : '\0';
}
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_pnm(Bytes bytes) {
  const char kind = char_at(bytes, 1);
  const char next = char_at(bytes, 2);
  return has_at(bytes, 0, "P") && kind >= '1' && kind <= '6' && (is_space(next) || next == '#');
}

/// Two numbers behind the mark, or a comment.
bool has_pnm_header(Bytes bytes) {
  size_t at = 2;
  for (int numbers = 0; numbers < 2; ++numbers) {
    while (is_space(char_at(bytes, at))) ++at;
    if (char_at(bytes, at) == '#') return true;
    const size_t first = at;
    while (is_digit(char_at(bytes, at))) ++at;
    if (at == first) return false;
  }
  return is_space(char_at(bytes, at));
}

bool is_tiff(Bytes bytes) {
  using namespace std::string_view_literals;
  return has_at(bytes, 0, "II*\0"sv) || has_at(bytes, 0, "MM\0*"sv) ||
         has_at(bytes, 0, "II+\0"sv) || has_at(bytes, 0, "MM\0+"sv);
}

/// By the first directory, where it is among the bytes; TIFF/EP and DNG's specification.
bool is_camera_raw(Bytes bytes) {
  if (has_at(bytes, 8, "CR")) return true;
  const bool big_endian = has_at(bytes, 0, "M");
  const size_t directory = bytes.size() < 10 ? 0 : load_u32(bytes, 4, big_endian);
  if (directory < 8 || directory > bytes.size() - 2) return false;
  bool is_raw = false, has_maker = false, has_others = false;
  const size_t entries = load_u16(bytes, directory, big_endian);
  for (size_t i = 0; i < entries && directory + 14 + 12 * i <= bytes.size(); ++i) {
    const size_t at = directory + 2 + 12 * i;
    const uint16_t tag = load_u16(bytes, at, big_endian);
    const uint16_t value = load_u16(bytes, at + 8, big_endian);
    constexpr uint16_t photometric = 262, maker = 271, other_directories = 330, dng = 50706;
    is_raw = is_raw || tag == dng || (tag == photometric && (value == 32803 || value == 34892));
    has_maker = has_maker || tag == maker;
    has_others = has_others || tag == other_directories;
  }
  return is_raw || (has_maker && has_others);
}

bool has_bmp_header(Bytes bytes) {
  if (bytes.size() < 18) return false;
  constexpr std::array<uint32_t, 8> sizes = {12, 16, 40, 52, 56, 64, 108, 124};
  return std::find(sizes.begin(), sizes.end(), load_u32(bytes, 14)) != sizes.end();
}

/// The file's brand and those that it is compatible with.
template <size_t N>
bool has_brand(Bytes bytes, const std::array<std::string_view, N>& brands) {
  if (bytes.size() < 16 || !has_at(bytes, 4, "ftyp")) return false;
  const size_t end = std::min<size_t>(bytes.size(), load_u32(bytes, 0, true));
  for (size_t at = 8; at == 8 || at + 4 <= end; at += at == 8 ? 8 : 4) {
    if (std::any_of(brands.begin(), brands.end(),
                    [&](std::string_view brand) { return has_at(bytes, at, brand); })) {
      return true;
    }
  }
  return false;
}

bool is_avif(Bytes bytes) {
  return has_brand(bytes, std::array<std::string_view, 2>{"avif", "avis"});
}

bool is_heif(Bytes bytes) {
  return has_brand(bytes, std::array<std::string_view, 8>{"heic", "heix", "heim", "heis", "hevc",
                                                          "hevx", "mif1", "msf1"});
}

}  // namespace

PictureKind kind_of(Bytes head) {
  if (has_at(head, 0, "\xFF\xD8\xFF")) return PictureKind::jpeg;
  if (has_at(head, 0, "\x89PNG\r\n\x1A\n")) return PictureKind::png;
  if (has_at(head, 0, "RIFF") && has_at(head, 8, "WEBP")) return PictureKind::webp;
  if (is_avif(head)) return PictureKind::avif;
  if (is_heif(head)) return PictureKind::heif;
  if (is_tiff(head)) return PictureKind::tiff;
  if (has_at(head, 0, "BM")) return PictureKind::bmp;
  if (is_pnm(head)) return PictureKind::pnm;
  return PictureKind::none;
}

bool is_surely_picture(Bytes head) {
  switch (kind_of(head)) {
    case PictureKind::none:
      return false;
    case PictureKind::tiff:
      return !is_camera_raw(head);
    case PictureKind::bmp:
      return has_bmp_header(head);
    case PictureKind::pnm:
      return has_pnm_header(head);
    default:
      return true;
  }
}

bool is_video(Bytes head) {
  return has_at(head, 4, "ftyp") || has_at(head, 0, "\x1A\x45\xDF\xA3") ||
         (has_at(head, 0, "RIFF") && has_at(head, 8, "AVI "));
}

}  // namespace dpt::image
