// The loop over a data set.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "assess/evaluator.h"
#include "batch/job.h"
#include "batch/run_jobs.h"
#include "batch/shard.h"

namespace dpt::assess {

struct Share {
  batch::Shard shard;  ///< the pictures of the data set that are evaluated
  int threads = 1;     ///< of all evaluators together
  int jobs = 0;        ///< pictures at a time; 0: as batch::share_threads() chooses
};

/// One share of an evaluation; used by one thread. The data set outlives it.
class Assessment {
 public:
  /// Makes the evaluators. Throws what they throw: nothing has been read or written then.
  Assessment(const eval::Dataset& dataset, Plan plan, const Share& share);

  /// Of the share's pictures, one each; no output.
  const std::vector<batch::Job>& jobs() const { return jobs_; }

  /// Evaluates them, once. A picture that fails is one of results().failed. Throws as
  /// batch::run_jobs().
  batch::BatchResult run(const batch::Callbacks& callbacks);

  /// After run(): panels for the `count` worst and best pictures. One that cannot be shown (a photo
  /// that nothing but the panels needs) is told of, and its figures are there all the same.
  void add_panels(size_t count, const std::function<void(std::string_view error)>& tell);

  /// After run(): in the data set's order, with one confusion matrix of all pictures.
  eval::Results& results() { return plan_.results; }

 private:
  /// Throws what the evaluator throws, having noted a picture that cannot be read.
  void evaluate(Evaluator& evaluator, size_t job);

  const eval::Dataset& dataset_;
  Plan plan_;
  std::vector<batch::Job> jobs_;
  std::vector<size_t> indices_;  // of each job's picture in the data set
  std::vector<std::unique_ptr<Evaluator>> evaluators_;
  std::mutex mutex_;  // of the results, while the loop runs
};

/// Every picture of the data set has been evaluated and none has a pixel of truth that counts.
bool counts_no_pixel(const eval::Results& results);

}  // namespace dpt::assess
