// Depth and labels of NPY files.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/half.h"
#include "image/codec/numpy/npy_file.h"
#include "image/codec/read_depth.h"
#include "image/resample/network_size.h"

namespace dpt::image {

namespace {

/// Axes of extent 1 in front, then behind, are left out until two are left.
Size plane_of(const NpyFile& file, const std::string& name) {
  std::span<const int64_t> axes = file.shape;
  while (axes.size() > 2 && axes.front() == 1) axes = axes.subspan(1);
  while (axes.size() > 2 && axes.back() == 1) axes = axes.first(axes.size() - 1);
  if (axes.size() != 2) {
    fail(ErrorKind::input,
         "{}: the NPY shape is {}, expected (height, width), with axes of 1 before or behind", name,
         file.extents());
  }
  check_size(axes[1], axes[0], name);
  return {static_cast<int>(axes[1]), static_cast<int>(axes[0])};
}

template <typename T>
T element(const NpyFile& file, size_t index) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), file.data.data() + index * sizeof(T), sizeof(T));
  if (file.big_endian) std::reverse(raw.begin(), raw.end());
  return std::bit_cast<T>(raw);
}

/// What `convert` makes of each element of type T.
template <typename T, typename Convert>
auto grid_of(const NpyFile& file, Size size, const Convert& convert) {
  Grid<decltype(convert(T{}, 0, 0))> grid(size.width, size.height);
  const size_t step_x = file.fortran_order ? static_cast<size_t>(size.height) : 1;
  const size_t step_y = file.fortran_order ? 1 : static_cast<size_t>(size.width);
  for (int y = 0; y < size.height; ++y) {
    size_t index = static_cast<size_t>(y) * step_y;
    for (int x = 0; x < size.width; ++x, index += step_x) {
      grid.at(x, y) = convert(element<T>(file, index), x, y);
    }
  }
  return grid;
}

/// Calls `use(T{})` with the type of the file's whole numbers.
template <typename Use>
auto with_integer(const NpyFile& file, const Use& use) {
  const bool is_signed = file.kind == 'i';
  switch (file.item_bytes) {
    case 1:
      return is_signed ? use(int8_t{}) : use(uint8_t{});
    case 2:
      return is_signed ? use(int16_t{}) : use(uint16_t{});
    case 4:
      return is_signed ? use(int32_t{}) : use(uint32_t{});
    default:
      return is_signed ? use(int64_t{}) : use(uint64_t{});
  }
}

Plane plane_of_floats(const NpyFile& file, Size size) {
  if (file.item_bytes == 2) {
    return grid_of<uint16_t>(file, size, [](uint16_t v, int, int) { return half_to_float(v); });
  }
  if (file.item_bytes == 4) {
    return grid_of<float>(file, size, [](float v, int, int) { return v; });
  }
  return grid_of<double>(file, size, [](double v, int, int) { return static_cast<float>(v); });
}

}  // namespace

NpyArray decode_npy(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const NpyFile file = open_npy(bytes, shown);
  const Size size = plane_of(file, shown);
  if (file.kind == 'f') return plane_of_floats(file, size);
  const auto as_it_is = [](auto v, int, int) { return v; };
  if (file.kind == 'u' && file.item_bytes == 1) return grid_of<uint8_t>(file, size, as_it_is);
  if (file.kind == 'u' && file.item_bytes == 2) return grid_of<uint16_t>(file, size, as_it_is);
  return with_integer(file, [&](auto type) {
    using T = decltype(type);
    return grid_of<T>(file, size, [](T v, int, int) { return static_cast<float>(v); });
  });
}

Plane to_plane(NpyArray array) {
  if (auto* plane = std::get_if<Plane>(&array)) return std::move(*plane);
  return std::visit(
      [](const auto& grid) {
        Plane plane(grid.width(), grid.height());
        std::copy_n(grid.data(), grid.size(), plane.data());
        return plane;
      },
      array);
}

Labels decode_npy_labels(std::span<const std::byte> bytes, std::string_view name) {
  const std::string shown = printable(name, 1000);
  const NpyFile file = open_npy(bytes, shown);
  if (file.kind == 'f') {
    fail(ErrorKind::input, "{}: NPY of {}, expected labels of an integer type", shown, file.type());
  }
  const Size size = plane_of(file, shown);
  return with_integer(file, [&](auto type) {
    using T = decltype(type);
    return grid_of<T>(file, size, [&](T v, int x, int y) {
      if (!std::in_range<uint16_t>(v)) {
        fail(ErrorKind::input, "{}: label {} in column {} of row {}, expected 0 to 65535", shown, v,
             x, y);
      }
      return static_cast<uint16_t>(v);
    });
  });
}

}  // namespace dpt::image
