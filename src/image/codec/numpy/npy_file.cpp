#include "image/codec/numpy/npy_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/error.h"
#include "image/codec/numpy/npy_header.h"

namespace dpt::image {

namespace {

std::vector<int64_t> parse_shape(std::string_view text, std::string_view name) {
  if (auto extents = npy_extents(text)) return *std::move(extents);
  const size_t end = text.find(')');
  fail(ErrorKind::input, "{}: the NPY header's shape is {}, expected (height, width)", name,
       printable(text.substr(0, std::min(end, text.size() - 1) + 1), 60));
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
  const int64_t size = npy_whole(word.substr(2)).value_or(0);
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
  auto bytes = static_cast<uint64_t>(file.item_bytes);
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
  const std::optional<NpyHeader> found = find_npy_header(bytes);
  if (!found) fail(ErrorKind::input, "{}: is no NPY file", name);
  if (found->version < 1 || found->version > 3) {
    fail(ErrorKind::input, "{}: NPY version {}, expected 1, 2 or 3", name, found->version);
  }
  if (found->size > found->text.size()) {
    fail(ErrorKind::input, "{}: the NPY file ends within its header", name);
  }
  const std::string_view header = found->text;
  NpyFile file;
  parse_type(npy_value(header, "descr", name), file, name);
  file.fortran_order = npy_value(header, "fortran_order", name).starts_with("True");
  if (!file.fortran_order && !npy_value(header, "fortran_order", name).starts_with("False")) {
    fail(ErrorKind::input, "{}: the NPY header's fortran_order is neither True nor False", name);
  }
  file.shape = parse_shape(npy_value(header, "shape", name), name);
  file.data = bytes.subspan(found->data_at);
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
