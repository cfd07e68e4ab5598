// A model that is evaluated, and what its predictions depend on, as an evaluation records it.
#pragma once

#include <memory>
#include <string>

#include "eval/report/results.h"
#include "runtime/engine.h"
#include "task/input_rule.h"

namespace dpt::assess {

struct Model {
  std::shared_ptr<runtime::Engine> engine;
  task::InputRule rule;
  std::string name;    ///< of its file or folder
  std::string sha256;  ///< of its files, hexadecimal; the record has the first 16 digits
};

/// The model's name, the SHA-256 of its files, and what the options and the files make of it:
/// precision, the input's rule, the metric. `apply_exif_orientation`: whether pictures are turned
/// as they say.
eval::Setting setting_of(const Model& model, bool apply_exif_orientation);

}  // namespace dpt::assess
