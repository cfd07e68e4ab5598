#include "support/hashed_weights.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dpt::test {

namespace {

uint64_t fnv1a64(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3U;
  return hash;
}

uint64_t splitmix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

/// How a tensor's values follow from its hash u: offset + scale * u.
struct Scaling {
  float offset = 0, scale = 1;
};

Scaling scaling_of(const std::string& key, const Shape& shape) {
  const std::string leaf = key.substr(key.rfind('.') + 1);
  if (leaf == "cls_token" || leaf == "pos_embed") return {0.0F, 0.5F};
  if (leaf == "running_var") return {1.0F, 0.5F};
  if (key == "scratch.output_conv.4.bias" && shape == Shape{1}) return {8.0F, 0.0F};
  if (leaf == "running_mean" || leaf == "bias") return {0.0F, 0.125F};
  if (shape.rank() == 1) return {1.0F, 0.25F};
  const bool transposed = key == "pretrained.act_postprocess1.4.weight" ||
                          key == "pretrained.act_postprocess2.4.weight";
  const int64_t fan_in = transposed ? shape[0] : shape.elements() / shape[0];
  return {0.0F, static_cast<float>(std::sqrt(3.0 / static_cast<double>(fan_in)))};
}

}  // namespace

std::vector<float> hashed_values(std::string_view text, int64_t count) {
  const uint64_t seed = fnv1a64(text);
  std::vector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint64_t z = splitmix64(seed + (i + 1) * 0x9E3779B97F4A7C15U);
    values[i] = static_cast<float>(z >> 40) / static_cast<float>(1 << 23) - 1.0F;
  }
  return values;
}

std::vector<float> hashed_tensor(const std::string& key, const Shape& shape,
                                 const std::string& salt) {
  const Scaling scaling = scaling_of(key, shape);
  std::vector<float> values = hashed_values(salt + key, shape.elements());
  for (float& value : values) value = scaling.offset + value * scaling.scale;
  return values;
}

std::vector<float> hashed_input(int64_t batch, int64_t height, int64_t width,
                                const std::string& salt) {
  const std::vector<float> planar = hashed_values(salt + "input", batch * 3 * height * width);
  std::vector<float> input(planar.size());
  const int64_t pixels = height * width;
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t p = 0; p < pixels; ++p) {
      for (int64_t c = 0; c < 3; ++c) {
        input[static_cast<size_t>((n * pixels + p) * 3 + c)] =
            planar[static_cast<size_t>((n * 3 + c) * pixels + p)];
      }
    }
  }
  return input;
}

MemoryFile::MemoryFile(const char* name) : descriptor_(::memfd_create(name, MFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::runtime_error("cannot make a file in memory");
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

std::filesystem::path MemoryFile::path() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

void MemoryFile::append(const void* data, size_t bytes) {
  const auto* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, from, bytes);
    if (written <= 0) throw std::runtime_error("cannot write to a file in memory");
    from += written;
    bytes -= static_cast<size_t>(written);
  }
}

void write_hashed_model(const std::filesystem::path& keys_json, MemoryFile& file,
                        const std::string& salt) {
  write_hashed_model(nlohmann::json::parse(std::ifstream(keys_json)), file, {}, salt);
}

void write_hashed_model(const nlohmann::json& keys, MemoryFile& file,
                        const std::map<std::string, std::string>& metadata,
                        const std::string& salt) {
  using nlohmann::json;
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  const auto shape_of = [](const json& entry) {
    return Shape(std::span<const int64_t>(entry[1].get<std::vector<int64_t>>()));
  };
  for (const auto& [key, entry] : keys.items()) {
    const bool integer = entry[0] == "int64";
    const auto bytes = static_cast<uint64_t>(shape_of(entry).elements()) * (integer ? 8 : 4);
    header[key] = {{"dtype", integer ? "I64" : "F32"},
                   {"shape", entry[1]},
                   {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  const std::string text = header.dump();
  const uint64_t length = text.size();
  file.append(&length, sizeof(length));
  file.append(text.data(), text.size());
  for (const auto& [key, entry] : keys.items()) {
    if (entry[0] == "int64") {
      const std::vector<int64_t> zeros(static_cast<size_t>(shape_of(entry).elements()), 0);
      file.append(zeros.data(), zeros.size() * sizeof(int64_t));
    } else {
      const std::vector<float> values = hashed_tensor(key, shape_of(entry), salt);
      file.append(values.data(), values.size() * sizeof(float));
    }
  }
}

}  // namespace dpt::test
