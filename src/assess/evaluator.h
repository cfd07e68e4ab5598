// What figures of pictures come from: a task's evaluator, and a plan that makes them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "eval/confusion.h"
#include "eval/datasets/dataset.h"
#include "eval/report/panels.h"
#include "eval/report/results.h"

namespace dpt::assess {

/// Evaluates pictures for one thread.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// The figures of a picture; `valid` and `figures` are set. `index`: its place in the data set.
  /// Throws Error(input).
  virtual eval::PictureResult evaluate(const eval::Sample& sample, size_t index) = 0;
  /// The picture beside its prediction and its truth.
  virtual std::vector<eval::Panel> panels(const eval::Sample& sample, size_t index) = 0;
  /// Of all pictures that this evaluator has seen; null for depth.
  virtual const eval::Confusion* confusion() const { return nullptr; }

 protected:
  Evaluator() = default;
};

/// `threads`: of the model. May be called while another evaluator lives.
using MakeEvaluator = std::function<std::unique_ptr<Evaluator>(int threads)>;

/// An evaluation that can begin.
struct Plan {
  eval::Results results;  ///< without pictures: the task, what figures depend on, the classes
  MakeEvaluator make;
};

}  // namespace dpt::assess
