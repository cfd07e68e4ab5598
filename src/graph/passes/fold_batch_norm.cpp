#include "graph/passes/passes.h"

namespace dpt::graph {

void fold_batch_norm(Graph& graph) {
  const std::vector<int> uses = graph.use_counts();
  for (const Value value : graph.order()) {
    const Node norm = graph.node(value);
    const auto* op = std::get_if<BatchNorm>(&norm.op);
    if (op == nullptr) continue;
    const Value conv_value = norm.inputs[0];
    const Node conv = graph.node(conv_value);
    const auto* conv_op = std::get_if<Conv2d>(&conv.op);
    if (conv_op == nullptr || uses[static_cast<size_t>(conv_value.id)] != 1) continue;

    const AffineConstants map = batch_norm_affine(
        graph.constant_of(norm.inputs[1]), graph.constant_of(norm.inputs[2]),
        graph.constant_of(norm.inputs[3]), graph.constant_of(norm.inputs[4]), op->epsilon);
    const ConstantPtr bias = conv_op->has_bias ? graph.constant_of(conv.inputs[2]) : nullptr;
    Conv2d folded = *conv_op;
    folded.has_bias = true;
    const Value weight = graph.constant(scale_rows(graph.constant_of(conv.inputs[1]), map.scale));
    const Value shift = graph.constant(affine(bias, map));
    graph.replace_uses(
        value, graph.add_node({folded, {conv.inputs[0], weight, shift}, norm.shape, norm.name}));
  }
}

}  // namespace dpt::graph
