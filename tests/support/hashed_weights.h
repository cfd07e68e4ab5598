// Weights and inputs that are hashes of their names, so that full-size models need no files. The
// recipe is that of the reference data (splitmix64 of an FNV-1a of the tensor's name).
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"

namespace dpt::test {

/// Values in [-1, 1): element i is the hash of (text, i).
std::vector<float> hashed_values(std::string_view text, int64_t count);

/// A tensor of an official checkpoint: hashed values scaled as its kind needs.
std::vector<float> hashed_tensor(const std::string& key, const Shape& shape,
                                 const std::string& salt = "");

/// The network input [batch, height, width, 3] whose hash is taken in N x C x H x W order.
std::vector<float> hashed_input(int64_t batch, int64_t height, int64_t width,
                                const std::string& salt = "");

/// A file that lives in memory; path() is good for as long as the object lives.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const;
  // NOLINTNEXTLINE(readability-make-member-function-const): it changes the file.
  void append(const void* data, size_t bytes);

 private:
  int descriptor_;
};

/// Writes the official checkpoint whose tensors `keys_json` lists (name -> [type, shape]) as
/// safetensors.
void write_hashed_model(const std::filesystem::path& keys_json, MemoryFile& file,
                        const std::string& salt = "");
/// The same with the tensors as such an object, and texts as the file's metadata.
void write_hashed_model(const nlohmann::json& keys, MemoryFile& file,
                        const std::map<std::string, std::string>& metadata,
                        const std::string& salt = "");

}  // namespace dpt::test
