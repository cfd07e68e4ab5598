// The loop over jobs, on one thread or several.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch/job.h"
#include "batch/manifest.h"

namespace dpt::batch {

/// What a job gives beside its files.
struct JobResult {
  JobResult(std::string printed = {}) : text(std::move(printed)) {}  // NOLINT(google-explicit-*)

  std::string text;                ///< its record; Callbacks::text gets them in the jobs' order
  std::vector<std::string> notes;  ///< about its results, a line each
};

using Worker = std::function<JobResult(const Job&)>;

/// What the loop tells, one call at a time, from any of its threads. Those that are empty are not
/// called.
struct Callbacks {
  /// A job begins.
  std::function<void(size_t done, size_t total, const Job& job)> progress;
  std::function<void(std::string_view note)> note;
  /// An input failed, the manifest cannot be written, or `text` threw: a line that names the file.
  std::function<void(std::string_view error)> error;
  /// Records in the order of the jobs, several at once. May throw Error.
  std::function<void(const std::string& texts)> text;
  /// Asked before each job, by all threads at once; true: no other one is begun.
  std::function<bool()> cancelled;
};

struct BatchResult {
  size_t done = 0;       ///< jobs whose results are there
  size_t failed = 0;     ///< jobs whose input failed
  bool is_whole = true;  ///< no error was told
};

/// Does all jobs, one at a time on each of the workers, each of which is used by one thread. An
/// input that fails (Error(input)) is told of and the others are done. Errors of another kind end
/// the loop; they are thrown again, naming the input. Each job is entered in the manifest, unless
/// that is null.
BatchResult run_jobs(const std::vector<Job>& jobs, const std::vector<Worker>& workers,
                     const Callbacks& callbacks, Manifest* manifest = nullptr);

/// Threads of each worker: `threads` shared between as many as `wanted`; by default (0) two, where
/// there are several pictures and threads, so that one reads and writes while the other computes.
/// Never more than pictures.
std::vector<int> share_threads(int threads, int wanted, size_t pictures);

}  // namespace dpt::batch
