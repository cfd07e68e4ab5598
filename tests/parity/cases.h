// One function per folder of the reference data.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "parity/report.h"
#include "runtime/engine.h"
#include "support/differences.h"
#include "support/hashed_weights.h"
#include "support/reference_file.h"

namespace dpt::parity {

using test::largest_difference;
using test::range_error;

constexpr float clear_margin = 0.05F;  ///< two best classes closer than this may change places

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

/// Share of the pixels with a clear margin between the two best classes whose label is the expected
/// one; 0 when there are none, or not equally many labels.
double equal_where_clear(const std::vector<int>& found, const std::vector<uint8_t>& expected,
                         const std::vector<float>& margins);

void check_network(Context& context, HashedModels& models);
void check_pipeline(Context& context, HashedModels& models);
void check_tiny(Context& context);
void check_hf_preprocess(Context& context);

}  // namespace dpt::parity
