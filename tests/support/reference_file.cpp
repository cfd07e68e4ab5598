#include "support/reference_file.h"

#include <cstring>
#include <stdexcept>

namespace dpt::test {

namespace {

template <typename T>
std::vector<T> copy_as(const TensorView& view, DType type) {
  if (view.dtype != type) throw std::runtime_error("reference tensor has another type");
  std::vector<T> values(static_cast<size_t>(view.shape.elements()));
  std::memcpy(values.data(), view.data, values.size() * sizeof(T));
  return values;
}

}  // namespace

ReferenceFile::ReferenceFile(const std::filesystem::path& path)
    : file_(weights::open_checkpoint(path)) {}

bool ReferenceFile::has(const std::string& name) const { return file_->tensors().contains(name); }

const TensorView& ReferenceFile::view(const std::string& name) const {
  const auto found = file_->tensors().find(name);
  if (found == file_->tensors().end()) {
    throw std::runtime_error(file_->path().string() + " has no tensor " + name);
  }
  return found->second;
}

std::vector<float> ReferenceFile::floats(const std::string& name) const {
  const TensorView& tensor = view(name);
  std::vector<float> values(static_cast<size_t>(tensor.shape.elements()));
  to_float(tensor, values.data());
  return values;
}

std::vector<uint8_t> ReferenceFile::bytes(const std::string& name) const {
  return copy_as<uint8_t>(view(name), DType::u8);
}

std::vector<int64_t> ReferenceFile::integers(const std::string& name) const {
  return copy_as<int64_t>(view(name), DType::i64);
}

std::vector<std::string> ReferenceFile::names(const std::string& prefix) const {
  std::vector<std::string> result;
  for (const auto& [name, tensor] : file_->tensors()) {
    if (name.starts_with(prefix)) result.push_back(name);
  }
  return result;
}

std::string ReferenceFile::metadata(const std::string& key) const {
  const auto found = file_->metadata().find(key);
  return found == file_->metadata().end() ? "" : found->second;
}

}  // namespace dpt::test
