#include "cli/npy_tensor.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "base/file/file.h"

namespace dpt::cli {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr int64_t most_elements = int64_t{1} << 31;

/// Text after KEY and its colon, or an error.
std::string_view value_after(std::string_view header, std::string_view key,
                             const std::string& name) {
  const size_t at = header.find(key);
  if (at == std::string_view::npos) {
    fail(ErrorKind::input, "{}: the NPY header has no {}", name, key);
  }
  std::string_view rest = header.substr(at + key.size());
  while (rest.starts_with(':') || rest.starts_with(' ')) rest.remove_prefix(1);
  return rest;
}

/// "(1, 3, 384, 384)"
Shape parse_shape(std::string_view text, const std::string& name) {
  std::vector<int64_t> extents;
  const char* at = text.data() + 1;
  const char* end = text.data() + text.size();
  int64_t elements = 1;
  bool valid = text.starts_with('(');
  while (valid && at < end && *at != ')') {
    int64_t extent = 0;
    const auto [next, error] = std::from_chars(at, end, extent);
    valid = error == std::errc() && extent >= 1 && extents.size() < Shape::max_rank &&
            extent <= most_elements / elements;
    if (!valid) break;
    elements *= extent;
    extents.push_back(extent);
    at = next;
    while (at < end && (*at == ',' || *at == ' ')) ++at;
  }
  if (!valid || at >= end) {
    fail(ErrorKind::input, "{}: NPY shape {}: expected up to {} extents and {} elements", name,
         printable(text.substr(0, text.find(')') + 1), 60), Shape::max_rank, most_elements);
  }
  return Shape(std::span<const int64_t>(extents));
}

struct NpyHeader {
  std::string_view text;
  size_t data_at = 0;
};

NpyHeader find_header(std::string_view file, const std::string& name) {
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(file[i])); };
  constexpr size_t version_at = 6;
  constexpr size_t length_at = 8;
  const bool known = file.size() >= 12 && file.starts_with(magic) &&
                     (file[version_at] == 1 || file[version_at] == 2);
  if (!known) fail(ErrorKind::input, "{}: is no NPY file of version 1 or 2", name);
  const bool wide = file[version_at] == 2;
  size_t length = byte(length_at) | byte(length_at + 1) << 8;
  if (wide) length |= byte(length_at + 2) << 16 | byte(length_at + 3) << 24;
  const size_t text_at = length_at + (wide ? 4 : 2);
  if (length > file.size() - text_at) {
    fail(ErrorKind::input, "{}: the NPY header of {} bytes is longer than the file", name, length);
  }
  return {file.substr(text_at, length), text_at + length};
}

}  // namespace

NpyTensor read_npy_tensor(const std::filesystem::path& path) {
  const MappedFile file(path, ErrorKind::input);
  const std::string name = shown(path);
  const std::string_view bytes(reinterpret_cast<const char*>(file.bytes().data()),
                               file.bytes().size());
  const auto [header, data_at] = find_header(bytes, name);
  if (!value_after(header, "'descr'", name).starts_with("'<f4'")) {
    fail(ErrorKind::input, "{}: NPY elements of another type, expected '<f4' (float32)", name);
  }
  if (!value_after(header, "'fortran_order'", name).starts_with("False")) {
    fail(ErrorKind::input, "{}: NPY in Fortran order, expected C order", name);
  }
  NpyTensor tensor;
  tensor.shape = parse_shape(value_after(header, "'shape'", name), name);
  const size_t size = static_cast<size_t>(tensor.shape.elements()) * sizeof(float);
  if (bytes.size() - data_at != size) {
    fail(ErrorKind::input, "{}: {} bytes of NPY data, expected {} for the shape {}", name,
         bytes.size() - data_at, size, tensor.shape.text());
  }
  tensor.values = Buffer<float>(size / sizeof(float), "an NPY file's tensor");
  std::memcpy(tensor.values.data(), bytes.data() + data_at, size);
  return tensor;
}

std::vector<std::byte> encode_npy_tensor(const Shape& shape, std::span<const float> values) {
  std::string text =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}{}), }}",
                  fmt::join(shape.begin(), shape.end(), ", "), shape.rank() == 1 ? "," : "");
  constexpr size_t prefix = 10;  // magic, version, length; the data begins at a multiple of 64
  text.append((64 - (prefix + text.size() + 1) % 64) % 64, ' ');
  text += '\n';
  std::string header(magic);
  header += {1, 0, static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  header += text;
  std::vector<std::byte> out(header.size() + values.size_bytes());
  std::memcpy(out.data(), header.data(), header.size());
  if (!values.empty()) std::memcpy(out.data() + header.size(), values.data(), values.size_bytes());
  return out;
}

}  // namespace dpt::cli
