// The loop over pictures (src/batch), as commands show it.
#pragma once

#include <functional>
#include <vector>

#include "batch/inputs.h"
#include "batch/outputs.h"
#include "batch/run_jobs.h"
#include "cli/console.h"

namespace dpt::cli {

using batch::collect_inputs;
using batch::InputFile;
using batch::Inputs;
using batch::Job;
using batch::JobResult;
using batch::make_folders;
using batch::Manifest;
using batch::name_for_results;
using batch::share_threads;
using batch::Worker;

/// As batch::run_jobs(), with progress, notes and errors on the console and records on standard
/// output. Returns the exit code: 1 when a job failed or inputs.problems has one, else 0. A
/// terminal is told what was done: "wrote a.depth.png", or of several "200 done, 1 failed, 2:56".
int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const std::vector<Worker>& workers, Manifest* manifest);

/// The same for a loop of its own over the jobs; it is not run where there are none.
using RunJobs = std::function<batch::BatchResult(const batch::Callbacks&)>;
int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const RunJobs& run);

}  // namespace dpt::cli
