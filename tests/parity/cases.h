// One function per folder of the reference data.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "parity/report.h"
#include "runtime/engine.h"
#include "support/hashed_weights.h"
#include "support/reference_file.h"

namespace dpt::parity {

struct Context {
  std::filesystem::path
      folder;        ///< with network/, pipeline/, tiny/, hf_preprocess/, images/, keys/
  std::string only;  ///< run files whose path contains this
  int threads = 1;
  Report report;
};

/// Files FOLDER/SUB/*.safetensors that `only` lets through, sorted; none if there is no such
/// folder.
std::vector<std::filesystem::path> reference_files(const Context& context, const std::string& sub);

/// Full-size models with hashed weights; holds the last one, since they are large.
class HashedModels {
 public:
  explicit HashedModels(std::filesystem::path keys) : keys_(std::move(keys)) {}
  /// `task`: depth or seg; `variant`: large, base, hybrid.
  std::filesystem::path get(const std::string& task, const std::string& variant);

 private:
  std::filesystem::path keys_;
  std::string name_;
  std::unique_ptr<test::MemoryFile> file_;
};

/// Largest |a[i] - b[i]| divided by the spread of b.
double range_error(const float* a, const float* b, size_t count);
double largest_difference(const float* a, const float* b, size_t count);

void check_network(Context& context, HashedModels& models);
void check_pipeline(Context& context, HashedModels& models);
void check_tiny(Context& context);
void check_hf_preprocess(Context& context);

}  // namespace dpt::parity
