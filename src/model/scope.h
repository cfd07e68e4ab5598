// A model's weights, addressed by module as in the checkpoint.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "weights/weight_set.h"

namespace dpt::model {

/// What a network asked of its weights while it was built, and what was wrong with them.
struct WeightReport {
  std::set<std::string> used;
  std::vector<std::string> problems;  ///< "tensor X is missing", "tensor X has shape ..."
};

/// A module's place among the weights: `w / "blocks" / 3 / "attn"` is the prefix
/// "blocks.3.attn.". A tensor that is missing or has another shape is reported and stands as
/// zeros, so that one build finds every problem.
class Scope {
 public:
  Scope(graph::Graph& graph, std::shared_ptr<const weights::WeightSet> weights,
        WeightReport& report);

  Scope operator/(std::string_view child) const;
  Scope operator/(int64_t child) const;

  /// The tensor `name` of this module, as a constant of the graph.
  graph::Value operator()(std::string_view name, const Shape& expected) const;
  /// The same, not yet in the graph: to be transformed first.
  graph::ConstantPtr constant(std::string_view name, const Shape& expected) const;

 private:
  graph::Graph* graph_;
  std::shared_ptr<const weights::WeightSet> weights_;
  WeightReport* report_;
  std::string prefix_;
};

}  // namespace dpt::model
