// Operations of a graph as calls of kernels.
#pragma once

#include <functional>

#include "backend/cpu/constant_store.h"
#include "backend/cpu/kernels/parts/part_rows.h"
#include "base/machine/thread_pool.h"
#include "graph/graph.h"

namespace dpt::cpu {

/// Where a value is found during a run: in a constant, or in the arena.
struct Location {
  const float* constant = nullptr;
  int64_t offset = 0;
  PartRows format{};  ///< of a value that is not stored as floats; without memory
};

/// What a step may use.
struct RunContext {
  float* arena = nullptr;
  ThreadPool* pool = nullptr;

  const float* read(const Location& place) const {
    return place.constant != nullptr ? place.constant : arena + place.offset;
  }
  float* write(const Location& place) const { return arena + place.offset; }
  /// The rows of a value in parts; none for any other.
  PartRows parts(const Location& place) const {
    PartRows rows = place.format;
    if (rows) rows.data = reinterpret_cast<std::byte*>(arena + place.offset);
    return rows;
  }
};

using Step = std::function<void(const RunContext&)>;

/// `locations` by value id; those of the node's inputs and result are read. Weights are packed now.
/// Returns an empty function for nodes with nothing to do (constants, the input).
Step make_step(const graph::Graph& graph, graph::Value value,
               const std::vector<Location>& locations, ConstantStore& constants);

/// Multiply-adds of the operation as it stands in the graph.
double multiply_adds(const graph::Graph& graph, graph::Value value);

}  // namespace dpt::cpu
