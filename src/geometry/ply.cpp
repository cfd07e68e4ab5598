#include "geometry/ply.h"

#include <fmt/core.h>

#include <bit>
#include <cstring>
#include <string>

namespace dpt::geometry {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

std::vector<std::byte> encode_ply(const Surface& surface) {
  const std::string header = fmt::format(
      "ply\nformat binary_little_endian 1.0\nelement vertex {}\n"
      "property float x\nproperty float y\nproperty float z\n"
      "property float nx\nproperty float ny\nproperty float nz\n"
      "property uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n",
      surface.vertices.size());
  constexpr size_t vertex_bytes = 6 * sizeof(float) + 3;
  std::vector<std::byte> out(header.size() + surface.vertices.size() * vertex_bytes);
  std::memcpy(out.data(), header.data(), header.size());
  std::byte* at = out.data() + header.size();
  for (const Vertex& vertex : surface.vertices) {
    std::memcpy(at, vertex.position.data(), 3 * sizeof(float));
    std::memcpy(at + 3 * sizeof(float), vertex.normal.data(), 3 * sizeof(float));
    at[24] = static_cast<std::byte>(vertex.color.r);
    at[25] = static_cast<std::byte>(vertex.color.g);
    at[26] = static_cast<std::byte>(vertex.color.b);
    at += vertex_bytes;
  }
  return out;
}

}  // namespace dpt::geometry
