// Exact rewrites of a graph. Each keeps the result (up to rounding) and does less work. A pass
// changes nothing that another node still needs, and may run again without harm.
#pragma once

#include "graph/graph.h"

namespace dpt::graph {

/// Runs all passes, in the order in which they stand below.
void run_passes(Graph& graph);

/// batch_norm(conv2d(x)) -> conv2d(x) with scaled weights and a new bias.
void fold_batch_norm(Graph& graph);

/// conv1x1(resize(x)) -> resize(conv1x1(x)) where that makes the convolution smaller: bilinear
/// weights sum to 1, so even the bias commutes (spec 1.11).
void hoist_conv1x1(Graph& graph);

/// linear([tokens ; class]) -> linear(tokens) + linear(class): the class part is the same for every
/// token and is computed once (spec 1.11).
void split_readout(Graph& graph);

/// Activations and sums become epilogues of the convolution, linear layer or group norm before
/// them; a ReLU before a convolution becomes part of reading its input.
void fuse_epilogues(Graph& graph);

/// Lets backends compute 3x3 convolutions of stride 1 by Winograd's method: the same sums in
/// another order, with an error some times that of the direct method.
void allow_winograd(Graph& graph);

/// conv3x3(resize(x)), where Winograd's method is allowed, becomes one operation: the enlarged map,
/// the largest of a network, is never held as a whole.
void fuse_upsampling(Graph& graph);

}  // namespace dpt::graph
