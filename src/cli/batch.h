// The loop over inputs that depth and segment share.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/manifest.h"
#include "cli/outputs.h"

namespace dpt::cli {

/// What a job gives beside its files.
struct JobResult {
  JobResult(std::string printed = {}) : text(std::move(printed)) {}  // NOLINT(google-explicit-*)

  std::string text;                ///< for standard output
  std::vector<std::string> notes;  ///< about its results, a line each
};

using Worker = std::function<JobResult(const Job&)>;

/// Does all jobs, one at a time on each of the workers, each of which is used by one thread;
/// showing progress. What they return is printed in the order of the jobs. An input that fails is
/// named on standard error and the others are done. Returns the exit code: 1 when one failed or
/// inputs.problems has one, else 0. A terminal is told what was done: "wrote a.depth.png", or of
/// several "200 done, 1 failed, 2:56". Errors of another kind than Error(input) end the loop; they
/// are thrown again, naming the input. Each job is entered in the manifest, where one is wanted.
int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const std::vector<Worker>& workers, Manifest* manifest);

/// Threads of each worker: `threads` shared between as many as `wanted`; by default (0) two, where
/// there are several pictures and threads, so that one reads and writes while the other computes.
/// Never more than pictures.
std::vector<int> share_threads(int threads, int wanted, size_t pictures);

}  // namespace dpt::cli
