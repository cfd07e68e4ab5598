// The loop over inputs that depth and segment share.
#pragma once

#include <functional>
#include <vector>

#include "cli/console.h"
#include "cli/outputs.h"

namespace dpt::cli {

/// Does `work` for each job, showing progress; an input that fails is named on standard error and
/// the others are done. Returns the exit code: 1 when one failed or inputs.problems has one, else
/// 0. Errors of another kind than Error(input) end the loop; they are thrown again, naming the
/// input.
int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const std::function<void(const Job&)>& work);

}  // namespace dpt::cli
