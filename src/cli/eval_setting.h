// What a model's predictions depend on, as an evaluation records it.
#pragma once

#include "cli/eval_options.h"
#include "eval/report/results.h"

namespace dpt::cli {

/// The model's name, the SHA-256 of its files, and what the options and the files make of it:
/// precision, the input's rule, the metric. Reads all weights. Throws Error(usage) as rule_for()
/// and Error(model) where a file cannot be read.
eval::Setting setting_of_model(const EvalOptions& options, const OpenModel& model);

}  // namespace dpt::cli
