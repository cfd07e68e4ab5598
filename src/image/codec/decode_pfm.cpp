// PFM: "Pf" (grey) or "PF" (three channels), width, height and scale as words, and float32 numbers
// from the bottom row to the top one.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/error.h"
#include "image/codec/byte_reader.h"
#include "image/codec/read_depth.h"
#include "image/resample/network_size.h"

namespace dpt::image {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Takes the next word of a header, blanks and lines of comment before it skipped.
std::string_view take_word(std::string_view& rest) {
  for (bool in_comment = false;
       !rest.empty() && (in_comment || is_space(rest.front()) || rest.front() == '#');
       rest.remove_prefix(1)) {
    in_comment =
        rest.front() == '#' || (in_comment && rest.front() != '\n' && rest.front() != '\r');
  }
  const auto end = std::find_if(rest.begin(), rest.end(), is_space);
  const std::string_view word = rest.substr(0, static_cast<size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  return word;
}

template <typename T>
std::optional<T> to_number(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  T value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// How many bytes end the header: the format has one blank there, but lines that end in CRLF or in
/// blanks have more, and a number may begin with a byte that looks like one. The size of the file
/// decides; nothing where no reading agrees with it.
std::optional<size_t> separator_of(std::string_view rest, size_t number_bytes, bool has_crlf) {
  const size_t blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
  const std::string_view line = rest.substr(blanks);
  const auto agrees = [&](size_t bytes) { return rest.size() == number_bytes + bytes; };
  if (line.starts_with("\r\n")) {
    if (agrees(blanks + 2)) return blanks + 2;
    if (has_crlf) return std::nullopt;  // one byte less, and not a header that ends in CR alone
  }
  const bool ends_line = line.starts_with('\n') || line.starts_with('\r');
  if (ends_line && agrees(blanks + 1)) return blanks + 1;
  if (!rest.empty() && is_space(rest.front()) && agrees(1)) return 1;
  return std::nullopt;
}

struct Header {
  Size size{};
  size_t channels = 1;
  bool big_endian = false;
  size_t numbers_at = 0;
};

Header read_header(std::string_view text, const std::string& name) {
  std::string_view rest = text;
  const std::string_view magic = take_word(rest);
  if (magic != "Pf" && magic != "PF") {
    const bool is_pnm = magic.size() == 2 && magic[0] == 'P' && magic[1] >= '1' && magic[1] <= '7';
    fail(ErrorKind::input, R"({}: begins with "{}", expected a grey PFM ("Pf"){})", name,
         printable(magic, 20), is_pnm ? "; of integers, PNG, TIFF and NPY are read as depth" : "");
  }
  const auto width = to_number<int64_t>(take_word(rest));
  const auto height = to_number<int64_t>(take_word(rest));
  const auto scale = to_number<double>(take_word(rest));
  if (!width || !height || !scale || *scale == 0.0 || !std::isfinite(*scale)) {
    fail(ErrorKind::input, "{}: the PFM header is damaged, expected width, height and scale", name);
  }
  check_size(*width, *height, name);
  Header header{.size = {static_cast<int>(*width), static_cast<int>(*height)},
                .channels = magic == "PF" ? size_t{3} : 1,
                .big_endian = *scale > 0};
  const size_t needed = static_cast<size_t>(*width * *height) * header.channels * sizeof(float);
  const std::string_view words = text.substr(0, text.size() - rest.size());
  const std::optional<size_t> separator =
      separator_of(rest, needed, words.find("\r\n") != std::string_view::npos);
  if (!separator) {
    const size_t found = rest.empty() ? 0 : rest.size() - (rest.starts_with("\r\n") ? 2 : 1);
    fail(ErrorKind::input, "{}: the PFM file {}, expected {} bytes of numbers, found {}", name,
         found < needed ? "ends too early" : "is longer than its header says", needed, found);
  }
  header.numbers_at = words.size() + *separator;
  return header;
}

}  // namespace

Plane decode_pfm(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const Header header =
      read_header({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, shown);
  Plane plane(header.size.width, header.size.height);
  size_t at = header.numbers_at;
  for (int y = plane.height() - 1; y >= 0; --y) {
    for (int x = 0; x < plane.width(); ++x, at += sizeof(float)) {
      const uint32_t bits = load_u32(bytes, at, header.big_endian);
      plane.at(x, y) = std::bit_cast<float>(bits);
      for (size_t channel = 1; channel < header.channels; ++channel) {
        at += sizeof(float);
        if (load_u32(bytes, at, header.big_endian) == bits) continue;
        fail(ErrorKind::input,
             R"({}: a PFM of colours ("PF"), whose channels differ; expected a grey one ("Pf"))",
             shown);
      }
    }
  }
  return plane;
}

}  // namespace dpt::image
