#include "parity/cases.h"

#include <algorithm>

namespace dpt::parity {

namespace fs = std::filesystem;

std::vector<fs::path> reference_files(const Context& context, const std::string& sub) {
  std::vector<fs::path> files;
  if (!fs::is_directory(context.folder / sub)) return files;
  for (const auto& entry : fs::directory_iterator(context.folder / sub)) {
    const std::string path = entry.path().string();
    const bool wanted = path.find(context.only) != std::string::npos;
    if (entry.path().extension() == ".safetensors" && wanted) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path HashedModels::get(const std::string& task, const std::string& variant) {
  const std::string name = task + "-" + variant;
  if (name != name_) {
    file_.reset();
    file_ = std::make_unique<test::MemoryFile>(name.c_str());
    test::write_hashed_model(keys_ / (name + ".json"), *file_);
    name_ = name;
  }
  return file_->path();
}

double equal_where_clear(const std::vector<int>& found, const std::vector<uint8_t>& expected,
                         const std::vector<float>& margins) {
  if (found.size() != expected.size() || found.size() != margins.size()) return 0;
  int64_t clear = 0, equal = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (margins[i] <= clear_margin) continue;
    ++clear;
    if (found[i] == expected[i]) ++equal;
  }
  return clear == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(clear);
}

}  // namespace dpt::parity
