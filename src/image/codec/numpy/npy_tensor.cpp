#include "image/codec/numpy/npy_tensor.h"

#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/numpy/npy_header.h"

namespace dpt::image {

static_assert(std::endian::native == std::endian::little, "numbers are taken as they lie");

namespace {

constexpr int64_t most_elements = int64_t{1} << 31;

Shape shape_of(std::string_view text, const std::string& name) {
  const std::optional<std::vector<int64_t>> extents = npy_extents(text);
  bool valid = extents.has_value() && extents->size() <= Shape::max_rank;
  int64_t elements = 1;
  for (size_t i = 0; valid && i < extents->size(); ++i) {
    const int64_t extent = (*extents)[i];
    valid = extent >= 1 && extent <= most_elements / elements;
    elements *= valid ? extent : 1;
  }
  if (!valid) {
    fail(ErrorKind::input, "{}: NPY shape {}: expected up to {} extents and {} elements", name,
         printable(text.substr(0, text.find(')') + 1), 60), Shape::max_rank, most_elements);
  }
  return Shape(std::span<const int64_t>(*extents));
}

NpyHeader expect_header(std::span<const std::byte> bytes, const std::string& name) {
  const std::optional<NpyHeader> header = find_npy_header(bytes);
  if (!header || header->version < 1 || header->version > 2) {
    fail(ErrorKind::input, "{}: is no NPY file of version 1 or 2", name);
  }
  if (header->size > header->text.size()) {
    fail(ErrorKind::input, "{}: the NPY header of {} bytes is longer than the file", name,
         header->size);
  }
  return *header;
}

}  // namespace

NpyTensor read_npy_tensor(const std::filesystem::path& path) {
  const MappedFile file(path, ErrorKind::input);
  const std::string name = shown(path);
  const std::span<const std::byte> bytes = file.bytes();
  const NpyHeader header = expect_header(bytes, name);
  if (!npy_value(header.text, "descr", name).starts_with("'<f4'")) {
    fail(ErrorKind::input, "{}: NPY elements of another type, expected '<f4' (float32)", name);
  }
  if (!npy_value(header.text, "fortran_order", name).starts_with("False")) {
    fail(ErrorKind::input, "{}: NPY in Fortran order, expected C order", name);
  }
  NpyTensor tensor;
  tensor.shape = shape_of(npy_value(header.text, "shape", name), name);
  const size_t size = static_cast<size_t>(tensor.shape.elements()) * sizeof(float);
  if (bytes.size() - header.data_at != size) {
    fail(ErrorKind::input, "{}: {} bytes of NPY data, expected {} for the shape {}", name,
         bytes.size() - header.data_at, size, tensor.shape.text());
  }
  tensor.values = Buffer<float>(size / sizeof(float), "an NPY file's tensor");
  std::memcpy(tensor.values.data(), bytes.data() + header.data_at, size);
  return tensor;
}

Bytes encode_npy_tensor(const Shape& shape, std::span<const float> values) {
  return encode_npy("<f4", {shape.begin(), shape.end()}, std::as_bytes(values));
}

}  // namespace dpt::image
