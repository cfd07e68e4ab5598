// PFM and NPY: a line of text in front of the numbers.
#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "base/error.h"
#include "image/codec/write.h"

namespace dpt::image {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

namespace {

Bytes begin_with(std::string_view header, size_t data_bytes) {
  Bytes out(header.size() + data_bytes);
  std::memcpy(out.data(), header.data(), header.size());
  return out;
}

template <typename T>
Bytes npy(const Grid<T>& grid, std::string_view type) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}",
                                 type, grid.height(), grid.width());
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
  const size_t unpadded = 10 + text.size() + 1;
  text.append((64 - unpadded % 64) % 64, ' ');
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(text.size() & 0xFF);
  header += static_cast<char>(text.size() >> 8);
  header += text;
  Bytes out = begin_with(header, grid.size() * sizeof(T));
  if (!grid.empty()) {
    std::memcpy(out.data() + header.size(), grid.data(), grid.size() * sizeof(T));
  }
  return out;
}

}  // namespace

Bytes encode_pfm(const Plane& plane) {
  const std::string header = fmt::format("Pf\n{} {}\n-1.000000\n", plane.width(), plane.height());
  const size_t row_bytes = static_cast<size_t>(plane.width()) * sizeof(float);
  Bytes out = begin_with(header, plane.size() * sizeof(float));
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
