#include "graph/passes/passes.h"

namespace dpt::graph {

void split_readout(Graph& graph) {
  for (const Value value : graph.order()) {
    const Node whole = graph.node(value);
    const auto* op = std::get_if<Linear>(&whole.op);
    if (op == nullptr) continue;
    const Node pair = graph.node(whole.inputs[0]);
    if (!std::holds_alternative<AppendToken>(pair.op)) continue;
    const ConstantPtr weight = graph.constant_of(whole.inputs[1]);
    const int64_t width = weight->shape[1] / 2;

    const std::optional<Value> bias = op->has_bias ? std::optional(whole.inputs[2]) : std::nullopt;
    const Value token_part =
        graph.linear(pair.inputs[1], graph.constant(columns(weight, width, width)), bias);
    // Its result takes the place of the bias: one row per picture.
    const Value sum =
        graph.linear(pair.inputs[0], graph.constant(columns(weight, 0, width)), token_part);
    graph.node(sum).name = whole.name;
    graph.replace_uses(value, sum);
  }
}

}  // namespace dpt::graph
