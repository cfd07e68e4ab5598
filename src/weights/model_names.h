// Finding a model's names among those that training programs make of them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weights/names.h"

namespace dpt::weights {

/// Names of one model among those of a file.
struct NamedModel {
  std::string prefix;   ///< before each of them, wrappers taken out: "model."; empty: none
  size_t known = 0;     ///< how many names its family's table has
  bool whole = false;   ///< of a backbone and of a decoder
  std::string example;  ///< one of them as it stands in the file
  const NameTable* table = &no_names;  ///< its family's
};

/// The models that have names of one table behind one prefix each, those with most names first; the
/// table is the one that knows the first of them best.
/// What wraps a module puts "module." (DataParallel, DeepSpeed), "_orig_mod." (torch.compile) and
/// the like anywhere into names; that is taken out first, and is no prefix.
std::vector<NamedModel> find_models(std::span<const std::string_view> names, NameTables tables);

/// Which of several models that could all be meant is taken: of two the one whose label says that
/// it is an average of the other over the training ("ema", "average", "swa"); else none.
std::optional<size_t> preferred_model(std::span<const std::string> labels);

/// How a model's own names come from those of its file.
class OwnNames {
 public:
  /// All names stand as they are, less a "module." before every one of them.
  static OwnNames of_unknown(std::span<const std::string_view> names);
  /// Those behind the prefix of one of `models`; the names of the others are left out.
  OwnNames(const std::vector<NamedModel>& models, size_t chosen);

  /// Nothing when it belongs to another model. Names outside all models stay as they are.
  std::optional<std::string> own(std::string_view name) const;
  /// What has been taken off, for people: `"module.model." before names`; empty: nothing.
  const std::string& taken_off() const { return taken_off_; }

 private:
  OwnNames() = default;

  bool known_ = false;  // a model's, whose wrappers are taken out
  std::string prefix_;
  std::vector<std::string> others_;
  std::string taken_off_;
};

}  // namespace dpt::weights
