#include "image/codec/numpy/npy_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/error.h"
#include "image/codec/byte_reader.h"

namespace dpt::image {

namespace {

constexpr size_t most_axes = 8;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// What stands behind the key and its colon in the header's dictionary, up to the header's end.
std::string_view value_of(std::string_view header, std::string_view key, std::string_view name) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = fmt::format("{0}{1}{0}", quote, key);
    const size_t at = header.find(quoted);
    const size_t colon = at == std::string_view::npos ? at : header.find(':', at + quoted.size());
    if (colon != std::string_view::npos) return trimmed(header.substr(colon + 1));
  }
  fail(ErrorKind::input, "{}: the NPY header has no '{}'", name, key);
}

std::optional<int64_t> to_whole(std::string_view text) {
  if (text.ends_with('L')) text.remove_suffix(1);  // as Python 2 writes whole numbers
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// "(1, 3, 4), ..."
std::vector<int64_t> parse_shape(std::string_view text, std::string_view name) {
  const size_t end = text.find(')');
  const std::string shown = printable(text.substr(0, std::min(end, text.size() - 1) + 1), 60);
  if (!text.starts_with('(') || end == std::string_view::npos) {
    fail(ErrorKind::input, "{}: the NPY header's shape is {}, expected (height, width)", name,
         shown);
  }
  std::string_view list = trimmed(text.substr(1, end - 1));
  std::vector<int64_t> shape;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::optional<int64_t> extent = to_whole(trimmed(list.substr(0, comma)));
    if (!extent || shape.size() == most_axes) {
      fail(ErrorKind::input, "{}: the NPY header's shape is {}, expected (height, width)", name,
           shown);
    }
    shape.push_back(*extent);
    list = trimmed(list.substr(std::min(comma + 1, list.size())));
  }
  return shape;
}

/// "'<f4', ..."; kind, bytes and byte order of the elements.
void parse_type(std::string_view text, NpyFile& file, std::string_view name) {
  const auto refuse = [&](std::string_view what) {
    fail(ErrorKind::input,
         "{}: the NPY file holds {}, expected float16, float32, float64 or integers; "
         "array.astype(\"float32\") makes them",
         name, what);
  };
  if (text.starts_with('[')) refuse("records");
  const size_t end = text.empty() ? 0 : text.find(text.front(), 1);
  if (end == std::string_view::npos || end < 3) refuse("elements of an unknown type");
  const std::string_view word = text.substr(1, end - 1);
  file.big_endian = word[0] == '>';
  file.kind = word[1];
  const int64_t size = to_whole(word.substr(2)).value_or(0);
  if (file.kind == 'b') refuse("bool");
  if (file.kind == 'O') refuse("Python objects");
  const bool is_integer = file.kind == 'i' || file.kind == 'u';
  const bool is_known = (is_integer && size == 1) ||
                        ((is_integer || file.kind == 'f') && (size == 2 || size == 4 || size == 8));
  if (!is_known || std::string_view("<>|=").find(word[0]) == std::string_view::npos) {
    refuse(fmt::format("elements of type '{}'", printable(word, 20)));
  }
  file.item_bytes = static_cast<int>(size);
}

/// Bytes of all elements; the largest number where there is no such size.
size_t bytes_of(const NpyFile& file) {
  uint64_t bytes = static_cast<uint64_t>(file.item_bytes);
  constexpr uint64_t most = std::numeric_limits<uint64_t>::max();
  for (const int64_t extent : file.shape) {
    const auto factor = static_cast<uint64_t>(extent);
    if (factor == 0) return 0;
    bytes = bytes > most / factor ? most : bytes * factor;
  }
  return bytes;
}

}  // namespace

std::string NpyFile::type() const {
  return fmt::format("{}{}", kind == 'f' ? "float" : kind == 'i' ? "int" : "uint", 8 * item_bytes);
}

std::string NpyFile::extents() const {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

NpyFile open_npy(std::span<const std::byte> bytes, std::string_view name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("\x93NUMPY") || bytes.size() < 12) {
    fail(ErrorKind::input, "{}: is no NPY file", name);
  }
  const auto version = static_cast<int>(bytes[6]);
  if (version < 1 || version > 3) {
    fail(ErrorKind::input, "{}: NPY version {}, expected 1, 2 or 3", name, version);
  }
  const size_t header_at = version == 1 ? 10 : 12;
  const size_t header_size = version == 1 ? load_u16(bytes, 8) : load_u32(bytes, 8);
  if (header_size > bytes.size() - header_at) {
    fail(ErrorKind::input, "{}: the NPY file ends within its header", name);
  }
  const std::string_view header = text.substr(header_at, header_size);
  NpyFile file;
  parse_type(value_of(header, "descr", name), file, name);
  file.fortran_order = value_of(header, "fortran_order", name).starts_with("True");
  if (!file.fortran_order && !value_of(header, "fortran_order", name).starts_with("False")) {
    fail(ErrorKind::input, "{}: the NPY header's fortran_order is neither True nor False", name);
  }
  file.shape = parse_shape(value_of(header, "shape", name), name);
  file.data = bytes.subspan(header_at + header_size);
  const size_t expected = bytes_of(file);
  if (file.data.size() != expected) {
    fail(ErrorKind::input,
         "{}: the NPY file {}, expected {} bytes of numbers for {} of {}, found {}", name,
         file.data.size() < expected ? "ends too early" : "is longer than its header says",
         expected, file.extents(), file.type(), file.data.size());
  }
  return file;
}

}  // namespace dpt::image
