#include "image/codec/numpy/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "base/error.h"
#include "image/codec/byte_reader.h"

namespace dpt::image {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t most_axes = 8;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<NpyHeader> find_npy_header(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(magic) || bytes.size() < 12) return std::nullopt;
  NpyHeader header{.version = static_cast<int>(bytes[6])};
  const size_t begin = header.version == 1 ? 10 : 12;
  header.size = header.version == 1 ? load_u16(bytes, 8) : load_u32(bytes, 8);
  header.text = text.substr(begin, header.size);
  header.data_at = begin + header.text.size();
  return header;
}

std::string_view npy_value(std::string_view header, std::string_view key, std::string_view name) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = fmt::format("{0}{1}{0}", quote, key);
    const size_t at = header.find(quoted);
    const size_t colon = at == std::string_view::npos ? at : header.find(':', at + quoted.size());
    if (colon != std::string_view::npos) return trimmed(header.substr(colon + 1));
  }
  fail(ErrorKind::input, "{}: the NPY header has no '{}'", name, key);
}

std::optional<int64_t> npy_whole(std::string_view text) {
  if (text.ends_with('L')) text.remove_suffix(1);  // as Python 2 writes whole numbers
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::vector<int64_t>> npy_extents(std::string_view text) {
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  std::string_view list = trimmed(text.substr(1, end - 1));
  std::vector<int64_t> extents;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::optional<int64_t> extent = npy_whole(trimmed(list.substr(0, comma)));
    if (!extent || extents.size() == most_axes) return std::nullopt;
    extents.push_back(*extent);
    list = trimmed(list.substr(std::min(comma + 1, list.size())));
  }
  return extents;
}

Bytes encode_npy(std::string_view type, std::span<const int64_t> shape,
                 std::span<const std::byte> data) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 type, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr size_t prefix = 10;  // magic, version, length; the data begins at a multiple of 64
  text.append((64 - (prefix + text.size() + 1) % 64) % 64, ' ');
  text += '\n';
  std::string header(magic);
  header += {1, 0, static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  header += text;
  Bytes out(header.size() + data.size());
  std::memcpy(out.data(), header.data(), header.size());
  if (!data.empty()) std::memcpy(out.data() + header.size(), data.data(), data.size());
  return out;
}

}  // namespace dpt::image
