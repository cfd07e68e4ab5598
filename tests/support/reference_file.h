// Reference outputs: safetensors files with metadata.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "weights/checkpoint.h"

namespace dpt::test {

class ReferenceFile {
 public:
  explicit ReferenceFile(const std::filesystem::path& path);

  bool has(const std::string& name) const;
  const TensorView& view(const std::string& name) const;
  Shape shape(const std::string& name) const { return view(name).shape; }
  /// Tensors of any floating type.
  std::vector<float> floats(const std::string& name) const;
  std::vector<uint8_t> bytes(const std::string& name) const;
  std::vector<int64_t> integers(const std::string& name) const;
  /// Names that begin with `prefix`, sorted.
  std::vector<std::string> names(const std::string& prefix = "") const;
  /// "" when the file has no such entry.
  std::string metadata(const std::string& key) const;

 private:
  std::shared_ptr<const weights::Checkpoint> file_;
};

}  // namespace dpt::test
