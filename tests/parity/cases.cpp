#include "parity/cases.h"

#include <algorithm>
#include <cmath>

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

double largest_difference(const float* a, const float* b, size_t count) {
  double largest = 0;
  for (size_t i = 0; i < count; ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    if (!(difference <= largest)) largest = difference;  // keeps NaN
  }
  return largest;
}

double range_error(const float* a, const float* b, size_t count) {
  const auto [low, high] = std::minmax_element(b, b + count);
  return largest_difference(a, b, count) / (static_cast<double>(*high) - *low);
}

}  // namespace dpt::parity
