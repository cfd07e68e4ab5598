// PFM and NPY: a line of text in front of the numbers.
#include <fmt/core.h>

#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "image/codec/numpy/npy_header.h"
#include "image/codec/write.h"

namespace dpt::image {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

namespace {

template <typename T>
Bytes npy(const Grid<T>& grid, std::string_view type) {
  const std::array<int64_t, 2> shape = {grid.height(), grid.width()};
  return encode_npy(type, shape, std::as_bytes(std::span(grid.data(), grid.size())));
}

}  // namespace

Bytes encode_pfm(const Plane& plane) {
  const std::string header = fmt::format("Pf\n{} {}\n-1.000000\n", plane.width(), plane.height());
  const size_t row_bytes = static_cast<size_t>(plane.width()) * sizeof(float);
  Bytes out(header.size() + plane.size() * sizeof(float));
  std::memcpy(out.data(), header.data(), header.size());
  std::byte* at = out.data() + header.size();
  for (int y = plane.height() - 1; y >= 0; --y, at += row_bytes) {
    std::memcpy(at, plane.row(y), row_bytes);
  }
  return out;
}

Bytes encode_npy(const Plane& plane) { return npy(plane, "<f4"); }
Bytes encode_npy(const Labels& labels) { return npy(labels, "<u2"); }
Bytes encode_npy(const Grid<uint8_t>& values) { return npy(values, "|u1"); }

Grid<uint8_t> to_uint8(const Labels& labels) {
  Grid<uint8_t> out(labels.width(), labels.height());
  for (size_t i = 0; i < labels.size(); ++i) {
    const uint16_t label = labels.data()[i];
    if (label > 255) fail(ErrorKind::usage, "label {} does not fit into 8 bits", label);
    out.data()[i] = static_cast<uint8_t>(label);
  }
  return out;
}

}  // namespace dpt::image
