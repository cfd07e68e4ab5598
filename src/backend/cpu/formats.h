// Which values of a graph are stored in another form than float32.
#pragma once

#include <vector>

#include "backend/cpu/kernels/part_rows.h"
#include "graph/graph.h"

namespace dpt::cpu {

/// By value id; without parts: float32 as the shape says.
using Formats = std::vector<PartRows>;

/// Tokens that nothing but linear layers read are stored in the `parts` that these multiply (0:
/// none): they are split once, and for one part half as large. `keep`: values to be readable.
Formats choose_formats(const graph::Graph& graph, const std::vector<graph::Value>& order,
                       const std::vector<graph::Value>& keep, int parts);

/// Sizes for the memory plan, in floats.
std::vector<int64_t> own_sizes(const Formats& formats);

}  // namespace dpt::cpu
