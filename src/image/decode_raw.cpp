// PFM and NPY.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "base/error.h"
#include "image/byte_reader.h"
#include "image/read_depth.h"

namespace dpt::image {

namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Takes the next word of a header; `rest` goes on behind the one space that ends it.
std::string_view take_word(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  size_t length = 0;
  while (length < rest.size() && !is_space(rest[length])) ++length;
  const std::string_view word = rest.substr(0, length);
  rest.remove_prefix(std::min(length + 1, rest.size()));
  return word;
}

template <typename T>
std::optional<T> to_number(std::string_view word) {
  T value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// The text that follows `'key':` in the header of an NPY file, spaces skipped.
std::string_view npy_value(std::string_view header, std::string_view key, std::string_view name) {
  const size_t at = header.find(key);
  const size_t colon = at == std::string_view::npos ? at : header.find(':', at + key.size());
  if (colon == std::string_view::npos) {
    fail(ErrorKind::input, "{}: the NPY header has no {}", name, key);
  }
  std::string_view value = header.substr(colon + 1);
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  return value;
}

struct NpyShape {
  int64_t width = 0;
  int64_t height = 0;
};

/// "(1, 3, 4), ..." to 4 x 3; axes in front must have extent 1.
NpyShape npy_shape(std::string_view text, std::string_view name) {
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) {
    fail(ErrorKind::input, "{}: the NPY shape is {}, expected (height, width)", name,
         printable(text, 60));
  }
  const std::string shown = printable(text.substr(0, end + 1), 60);
  std::string_view list = text.substr(1, end - 1);
  std::vector<int64_t> extents;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (item.empty() && list.empty()) break;
    const std::optional<int64_t> extent = to_number<int64_t>(item);
    if (!extent || *extent < 0 || extents.size() == 8) {
      fail(ErrorKind::input, "{}: the NPY shape is {}, expected (height, width)", name, shown);
    }
    extents.push_back(*extent);
  }
  const bool plane = extents.size() >= 2 && std::all_of(extents.begin(), extents.end() - 2,
                                                        [](int64_t e) { return e == 1; });
  if (!plane) {
    fail(ErrorKind::input, "{}: the NPY shape is {}, expected (height, width)", name, shown);
  }
  return {extents[extents.size() - 1], extents[extents.size() - 2]};
}

template <typename T>
Grid<T> npy_grid(std::span<const std::byte> data, NpyShape shape, std::string_view name) {
  check_size(shape.width, shape.height, name);
  const size_t needed = static_cast<size_t>(shape.width * shape.height) * sizeof(T);
  if (data.size() < needed) {
    fail(ErrorKind::input,
         "{}: the NPY file ends too early, expected {} bytes of numbers, found {}", name, needed,
         data.size());
  }
  Grid<T> grid(static_cast<int>(shape.width), static_cast<int>(shape.height));
  std::memcpy(grid.data(), data.data(), needed);
  return grid;
}

}  // namespace

Plane decode_pfm(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  std::string_view rest = text_of(bytes);
  const std::string_view magic = take_word(rest);
  const auto width = to_number<int64_t>(take_word(rest));
  const auto height = to_number<int64_t>(take_word(rest));
  const auto scale = to_number<double>(take_word(rest));
  if (magic != "Pf") {
    fail(ErrorKind::input, R"({}: begins with "{}", expected a grey PFM ("Pf"))", shown,
         printable(magic, 20));
  }
  if (!width || !height || !scale || !(*scale != 0.0)) {
    fail(ErrorKind::input, "{}: the PFM header is damaged, expected width, height and scale",
         shown);
  }
  check_size(*width, *height, shown);
  const size_t needed = static_cast<size_t>(*width * *height) * sizeof(float);
  if (rest.size() < needed) {
    fail(ErrorKind::input,
         "{}: the PFM file ends too early, expected {} bytes of numbers, found {}", shown, needed,
         rest.size());
  }
  Plane plane(static_cast<int>(*width), static_cast<int>(*height));
  const std::span<const std::byte> data = bytes.subspan(bytes.size() - rest.size());
  const bool big_endian = *scale > 0;
  size_t at = 0;
  for (int y = plane.height() - 1; y >= 0; --y) {
    for (int x = 0; x < plane.width(); ++x, at += 4) {
      plane.at(x, y) = std::bit_cast<float>(load_u32(data, at, big_endian));
    }
  }
  return plane;
}

NpyArray decode_npy(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const std::string_view text = text_of(bytes);
  if (!text.starts_with("\x93NUMPY") || bytes.size() < 12) {
    fail(ErrorKind::input, "{}: is no NPY file", shown);
  }
  const auto version = static_cast<int>(bytes[6]);
  if (version != 1 && version != 2) {
    fail(ErrorKind::input, "{}: NPY version {}, expected 1 or 2", shown, version);
  }
  const size_t header_at = version == 1 ? 10 : 12;
  const size_t header_size = version == 1 ? load_u16(bytes, 8) : load_u32(bytes, 8);
  if (header_size > bytes.size() - header_at) {
    fail(ErrorKind::input, "{}: the NPY file ends within its header", shown);
  }
  const std::string_view header = text.substr(header_at, header_size);
  if (!npy_value(header, "'fortran_order'", shown).starts_with("False")) {
    fail(ErrorKind::input, "{}: the NPY array is in Fortran order, expected C order", shown);
  }
  const NpyShape shape = npy_shape(npy_value(header, "'shape'", shown), shown);
  const std::span<const std::byte> data = bytes.subspan(header_at + header_size);
  const std::string_view type = npy_value(header, "'descr'", shown);
  if (type.starts_with("'<f4'")) return npy_grid<float>(data, shape, shown);
  if (type.starts_with("'<f8'")) {
    const Grid<double> wide = npy_grid<double>(data, shape, shown);
    Plane plane(wide.width(), wide.height());
    std::transform(wide.span().begin(), wide.span().end(), plane.data(),
                   [](double value) { return static_cast<float>(value); });
    return plane;
  }
  if (type.starts_with("'|u1'")) return npy_grid<uint8_t>(data, shape, shown);
  if (type.starts_with("'<u2'")) return npy_grid<uint16_t>(data, shape, shown);
  fail(ErrorKind::input, "{}: NPY elements of type {}, expected '<f4', '<f8', '|u1' or '<u2'",
       shown, printable(type.substr(0, type.find(',')), 20));
}

}  // namespace dpt::image
