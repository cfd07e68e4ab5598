#include "graph/passes/passes.h"

namespace dpt::graph {

void hoist_conv1x1(Graph& graph) {
  const std::vector<int> uses = graph.use_counts();
  for (const Value value : graph.order()) {
    const Node conv = graph.node(value);
    const auto* op = std::get_if<Conv2d>(&conv.op);
    if (op == nullptr || op->stride != 1 || op->relu_input) continue;
    const Shape& weight = graph.shape(conv.inputs[1]);
    if (weight[2] != 1 || weight[3] != 1) continue;
    const Value resize_value = conv.inputs[0];
    const Node resize = graph.node(resize_value);
    const auto* resize_op = std::get_if<Resize>(&resize.op);
    if (resize_op == nullptr || uses[static_cast<size_t>(resize_value.id)] != 1) continue;
    const Shape& small = graph.shape(resize.inputs[0]);
    if (small[1] * small[2] >= resize_op->height * resize_op->width) continue;

    Node moved = conv;
    moved.inputs[0] = resize.inputs[0];
    moved.shape = {small[0], small[1], small[2], weight[0]};
    moved.name.clear();
    const Value before = graph.add_node(std::move(moved));
    graph.replace_uses(value, graph.add_node({*resize_op, {before}, conv.shape, conv.name}));
  }
}

}  // namespace dpt::graph
