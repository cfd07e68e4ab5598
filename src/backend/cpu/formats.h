// Which values of a graph are stored in another form than float32.
#pragma once

#include <vector>

#include "backend/cpu/kernels/parts/part_rows.h"
#include "graph/graph.h"

namespace dpt::cpu {

/// By value id; without parts: float32 as the shape says.
using Formats = std::vector<PartRows>;

/// Tokens that nothing but linear layers read are stored in the numbers that these multiply: they
/// are converted once, and for one part smaller. `keep`: values to be readable.
Formats choose_formats(const graph::Graph& graph, const std::vector<graph::Value>& order,
                       const std::vector<graph::Value>& keep, Arithmetic arithmetic);

/// Sizes for the memory plan, in floats.
std::vector<int64_t> own_sizes(const Formats& formats);

}  // namespace dpt::cpu
