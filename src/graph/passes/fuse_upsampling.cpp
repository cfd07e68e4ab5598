#include "graph/passes/passes.h"

namespace dpt::graph {

void fuse_upsampling(Graph& graph) {
  const std::vector<int> uses = graph.use_counts();
  for (const Value value : graph.order()) {
    Node& node = graph.node(value);
    auto* conv = std::get_if<Conv2d>(&node.op);
    if (conv == nullptr || !conv->winograd || conv->resize) continue;
    const Value source = node.inputs[0];
    const auto* resize = std::get_if<Resize>(&graph.node(source).op);
    if (resize == nullptr || uses[static_cast<size_t>(source.id)] != 1) continue;
    conv->resize = *resize;
    node.inputs[0] = graph.node(source).inputs[0];
  }
}

}  // namespace dpt::graph
