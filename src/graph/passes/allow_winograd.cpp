#include "graph/passes/passes.h"

namespace dpt::graph {

void allow_winograd(Graph& graph) {
  for (const Value value : graph.order()) {
    Node& node = graph.node(value);
    auto* conv = std::get_if<Conv2d>(&node.op);
    if (conv == nullptr || conv->stride != 1) continue;
    const Shape& weight = graph.shape(node.inputs[1]);
    const Shape& input = graph.shape(node.inputs[0]);
    const bool same_size = node.shape[1] == input[1] && node.shape[2] == input[2];
    const bool padded_by_one = conv->padding.top == 1 && conv->padding.left == 1 && same_size;
    conv->winograd = weight[2] == 3 && weight[3] == 3 && padded_by_one;
  }
}

}  // namespace dpt::graph
