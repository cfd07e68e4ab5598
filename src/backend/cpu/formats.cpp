#include "backend/cpu/formats.h"

#include <algorithm>

#include "backend/cpu/kernels/product/narrow.h"

namespace dpt::cpu {

namespace {

using graph::Graph;
using graph::Node;
using graph::Value;

/// The bias does not differ from picture to picture.
bool has_fixed_bias(const Graph& graph, const Node& node, const graph::Linear& linear) {
  return !linear.has_bias || graph.constant_of(node.inputs[2]) != nullptr;
}

/// Whether the step of this node can store its result in parts. The scale of a row of int8 needs
/// the whole row, of which a product makes some columns at a time.
bool gives_parts(const Graph& graph, const Node& node, Arithmetic arithmetic) {
  if (const auto* linear = std::get_if<graph::Linear>(&node.op)) {
    return arithmetic != Arithmetic::int8 && linear->epilogue.residuals == 0 &&
           has_fixed_bias(graph, node, *linear);
  }
  return std::holds_alternative<graph::LayerNorm>(node.op);
}

/// Whether the step of this node can read `value` in parts.
bool takes_parts(const Graph& graph, const Node& node, Value value) {
  const auto* linear = std::get_if<graph::Linear>(&node.op);
  if (linear == nullptr || node.inputs[0] != value) return false;
  if (std::count(node.inputs.begin(), node.inputs.end(), value) != 1) return false;
  return has_fixed_bias(graph, node, *linear) &&
         graph.shape(node.inputs[1])[0] > max_narrow_columns;
}

}  // namespace

Formats choose_formats(const Graph& graph, const std::vector<Value>& order,
                       const std::vector<Value>& keep, Arithmetic arithmetic) {
  Formats formats(graph.size());
  if (!has_unit_for(arithmetic)) return formats;
  for (const Value value : order) {
    const Node& node = graph.node(value);
    const int64_t depth = node.shape.back();
    if (depth % step_depth(arithmetic) != 0 || !gives_parts(graph, node, arithmetic) ||
        value == graph.output())
      continue;
    if (std::find(keep.begin(), keep.end(), value) != keep.end()) continue;
    bool fits = false;
    for (const Value user : order) {
      const Node& reader = graph.node(user);
      if (std::find(reader.inputs.begin(), reader.inputs.end(), value) == reader.inputs.end()) {
        continue;
      }
      fits = takes_parts(graph, reader, value);
      if (!fits) break;
    }
    if (!fits) continue;
    formats[static_cast<size_t>(value.id)] =
        part_rows(node.shape.elements() / depth, depth, arithmetic);
  }
  return formats;
}

std::vector<int64_t> own_sizes(const Formats& formats) {
  std::vector<int64_t> sizes(formats.size());
  std::transform(formats.begin(), formats.end(), sizes.begin(),
                 [](const PartRows& rows) { return rows.bytes() / 4; });
  return sizes;
}

}  // namespace dpt::cpu
