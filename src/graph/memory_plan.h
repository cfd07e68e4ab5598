// Where each value of a graph lives while it runs: one arena, reused as values die.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace dpt::graph {

class MemoryPlan {
 public:
  /// `order` as Graph::order() gives it; the values in `keep` stay readable to the end of the run.
  /// `own_sizes`, by value id: floats of values that are not stored as the floats of their shape, 0
  /// for all others (and where the list ends).
  MemoryPlan(const Graph& graph, const std::vector<Value>& order,
             const std::vector<Value>& keep = {}, const std::vector<int64_t>& own_sizes = {});

  /// Offset in the arena, in floats. Not for constants.
  int64_t offset(Value value) const { return offsets_[static_cast<size_t>(value.id)]; }
  /// True when the value is another value's memory (a reshape, a slice of one picture) and its node
  /// has nothing to do.
  bool is_view(Value value) const { return views_[static_cast<size_t>(value.id)] != 0; }
  /// Size of the arena, in floats.
  int64_t size() const { return size_; }

 private:
  std::vector<int64_t> offsets_;
  std::vector<char> views_;
  int64_t size_ = 0;
};

}  // namespace dpt::graph
