#include "graph/passes/passes.h"

namespace dpt::graph {

void run_passes(Graph& graph) {
  fold_batch_norm(graph);
  hoist_conv1x1(graph);
  split_readout(graph);
  fuse_epilogues(graph);
  allow_winograd(graph);
  fuse_upsampling(graph);
}

}  // namespace dpt::graph
