#include "geometry/glb.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "image/codec/byte_writer.h"

namespace dpt::geometry {

namespace {

// Numbers of the glTF 2.0 specification.
constexpr uint32_t magic = 0x46546C67;
constexpr uint32_t chunk_json = 0x4E4F534A;
constexpr uint32_t chunk_binary = 0x004E4942;
constexpr int type_float = 5126;
constexpr int type_uint32 = 5125;
constexpr int target_vertices = 34962;
constexpr int target_indices = 34963;
constexpr int filter_linear = 9729;
constexpr int filter_linear_mipmap = 9987;
constexpr int wrap_clamp = 33071;

/// The binary chunk and the views of it.
class Buffer {
 public:
  int add(std::span<const std::byte> bytes, int target) {
    Json view = {{"buffer", 0}, {"byteOffset", bytes_.size()}, {"byteLength", bytes.size()}};
    if (target != 0) view["target"] = target;
    views_.push_back(view);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    return static_cast<int>(views_.size()) - 1;
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }
  const Json& views() const { return views_; }

 private:
  std::vector<std::byte> bytes_;
  Json views_ = Json::list();
};

/// One attribute of all vertices, packed.
template <size_t N>
std::vector<float> attribute(const Surface& surface, std::array<float, N> Vertex::*member) {
  std::vector<float> values;
  values.reserve(surface.vertices.size() * N);
  for (const Vertex& vertex : surface.vertices) {
    const auto& value = vertex.*member;
    values.insert(values.end(), value.begin(), value.end());
  }
  return values;
}

Json accessor(int view, int type, size_t count, const char* shape) {
  return {{"bufferView", view}, {"componentType", type}, {"count", count}, {"type", shape}};
}

void add_bounds(Json& json, const Surface& surface) {
  std::array<float, 3> low = surface.vertices[0].position;
  std::array<float, 3> high = low;
  for (const Vertex& vertex : surface.vertices) {
    for (size_t i = 0; i < 3; ++i) {
      low[i] = std::min(low[i], vertex.position[i]);
      high[i] = std::max(high[i], vertex.position[i]);
    }
  }
  json["min"] = low;
  json["max"] = high;
}

Json material() {
  return {{"pbrMetallicRoughness",
           {{"baseColorTexture", {{"index", 0}}}, {"metallicFactor", 0}, {"roughnessFactor", 1}}},
          {"doubleSided", true},
          {"extensions", {{"KHR_materials_unlit", Json::object()}}}};
}

bool is_png(std::span<const std::byte> file) { return !file.empty() && file[0] == std::byte{0x89}; }

}  // namespace

std::vector<std::byte> encode_glb(const Surface& surface, std::span<const std::byte> texture) {
  if (surface.triangles.empty()) {
    fail(ErrorKind::input,
         "the mesh has no triangles: the picture is a single row or column, or every step of depth "
         "is too large for one surface (--edge-filter)");
  }
  Buffer buffer;
  const auto add_floats = [&](const std::vector<float>& values) {
    return buffer.add(std::as_bytes(std::span(values)), target_vertices);
  };
  const size_t count = surface.vertices.size();
  Json accessors = Json::list();
  Json positions =
      accessor(add_floats(attribute(surface, &Vertex::position)), type_float, count, "VEC3");
  add_bounds(positions, surface);
  accessors.push_back(std::move(positions));
  accessors.push_back(
      accessor(add_floats(attribute(surface, &Vertex::normal)), type_float, count, "VEC3"));
  accessors.push_back(
      accessor(add_floats(attribute(surface, &Vertex::texture)), type_float, count, "VEC2"));
  const int indices = buffer.add(std::as_bytes(std::span(surface.triangles)), target_indices);
  accessors.push_back(accessor(indices, type_uint32, 3 * surface.triangles.size(), "SCALAR"));
  const int picture = buffer.add(texture, 0);

  const Json document = {
      {"asset", {{"version", "2.0"}, {"generator", "dpt"}}},
      {"extensionsUsed", {"KHR_materials_unlit"}},
      {"scene", 0},
      {"scenes", {{{"nodes", {0}}}}},
      {"nodes", {{{"mesh", 0}}}},
      {"meshes",
       {{{"primitives",
          {{{"attributes", {{"POSITION", 0}, {"NORMAL", 1}, {"TEXCOORD_0", 2}}},
            {"indices", 3},
            {"material", 0}}}}}}},
      {"materials", {material()}},
      {"textures", {{{"sampler", 0}, {"source", 0}}}},
      {"samplers",
       {{{"magFilter", filter_linear},
         {"minFilter", filter_linear_mipmap},
         {"wrapS", wrap_clamp},
         {"wrapT", wrap_clamp}}}},
      {"images",
       {{{"bufferView", picture}, {"mimeType", is_png(texture) ? "image/png" : "image/jpeg"}}}},
      {"accessors", accessors},
      {"bufferViews", buffer.views()},
      {"buffers", {{{"byteLength", buffer.bytes().size()}}}}};
  std::string text = document.dump();
  text.resize((text.size() + 3) / 4 * 4, ' ');
  const uint64_t total = 12 + 8 + text.size() + 8 + buffer.bytes().size();
  if (total > std::numeric_limits<uint32_t>::max()) {
    fail(ErrorKind::input, "the mesh needs {} bytes, GLB files have at most 4 GiB (--max-points)",
         total);
  }
  std::vector<std::byte> out;
  out.reserve(total);
  for (const uint32_t value :
       {magic, 2U, static_cast<uint32_t>(total), static_cast<uint32_t>(text.size()), chunk_json}) {
    image::append_u32(out, value);
  }
  const auto json = std::as_bytes(std::span(text));
  out.insert(out.end(), json.begin(), json.end());
  image::append_u32(out, static_cast<uint32_t>(buffer.bytes().size()));
  image::append_u32(out, chunk_binary);
  out.insert(out.end(), buffer.bytes().begin(), buffer.bytes().end());
  return out;
}

}  // namespace dpt::geometry
