// What each pass makes of the pattern it knows, and that it leaves other patterns alone. That the
// results stay equal is tested on whole networks, in tests/unit/runtime.
#include "graph/passes/passes.h"

#include <gtest/gtest.h>

#include "test_graphs.h"

namespace dpt::graph {
namespace {

Value batch_norm(Graph& g, Value x, const std::string& key) {
  const int64_t c = g.shape(x).back();
  return g.batch_norm(x, zeros(g, key + ".g", {c}), zeros(g, key + ".b", {c}),
                      zeros(g, key + ".m", {c}), zeros(g, key + ".v", {c}), 1e-5F);
}

TEST(FoldBatchNorm, IntoTheConvolutionBefore) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  g.set_output(
      batch_norm(g, g.conv2d(x, zeros(g, "w", {4, 4, 3, 3}), std::nullopt, 1, {1, 1}), "n"));
  fold_batch_norm(g);
  EXPECT_EQ(count<BatchNorm>(g), 0);
  EXPECT_TRUE(std::get<Conv2d>(only<Conv2d>(g).op).has_bias);
}

TEST(FoldBatchNorm, NotWhenOthersReadTheConvolution) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  const Value c = conv(g, x, 4, 3, "c");
  g.set_output(g.add(batch_norm(g, c, "n"), c));
  fold_batch_norm(g);
  EXPECT_EQ(count<BatchNorm>(g), 1);
}

TEST(HoistConv1x1, BeforeTheUpsampling) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  g.set_output(conv(g, g.upsample2x(x, Align::corners), 2, 1, "c"));
  hoist_conv1x1(g);
  EXPECT_EQ(only<Conv2d>(g).shape, (Shape{1, 8, 8, 2}));
  EXPECT_TRUE(std::holds_alternative<Resize>(g.node(g.output()).op));
}

TEST(HoistConv1x1, NotA3x3AndNotADownsampling) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  const Value up = conv(g, g.upsample2x(x, Align::corners), 2, 3, "c");
  g.set_output(conv(g, g.resize(up, 4, 4, Align::corners), 2, 1, "d"));
  hoist_conv1x1(g);
  EXPECT_EQ(g.node(g.output()).shape, (Shape{1, 4, 4, 2}));
  EXPECT_TRUE(std::holds_alternative<Conv2d>(g.node(g.output()).op));
}

TEST(SplitReadout, TheClassTokensPartBecomesTheBias) {
  Graph g;
  const Value x = g.input({2, 5, 1, 4});
  const Value tokens = g.reshape(x, {2, 5, 4});
  const Value pairs = g.append_token(g.slice_tokens(tokens, 1, 4), g.slice_tokens(tokens, 0, 1));
  g.set_output(linear(g, pairs, 4, "project"));
  split_readout(g);
  EXPECT_EQ(count<AppendToken>(g), 0);
  ASSERT_EQ(count<Linear>(g), 2);
  const Node& sum = g.node(g.output());
  EXPECT_EQ(g.shape(sum.inputs[1]), (Shape{4, 4}));
  EXPECT_EQ(g.shape(sum.inputs[2]), (Shape{2, 1, 4}));
}

TEST(FuseEpilogues, ResidualConvolutionUnit) {
  Graph g;
  const Value path = g.input({1, 8, 8, 4});
  const Value x = conv(g, path, 4, 1, "before");
  const Value inner = g.relu(conv(g, g.relu(x), 4, 3, "c1"));
  g.set_output(g.add(path, g.add(x, conv(g, inner, 4, 3, "c2"))));
  fuse_epilogues(g);
  EXPECT_EQ(count<Add>(g), 0);
  EXPECT_EQ(count<Activate>(g), 0);
  const Node& last = g.node(g.output());
  EXPECT_EQ(std::get<Conv2d>(last.op).epilogue.residuals, 2);
  const Node& first = g.node(last.inputs[0]);
  EXPECT_EQ(std::get<Conv2d>(first.op).epilogue.activation, Activation::relu);
  EXPECT_TRUE(std::get<Conv2d>(first.op).relu_input);
  EXPECT_EQ(first.inputs[0], x);
}

TEST(FuseEpilogues, BottleneckTail) {
  Graph g;
  const Value x = g.input({1, 8, 8, 32});
  const Value c = conv(g, x, 32, 1, "c");
  const Value n = g.group_norm(c, zeros(g, "g", {32}), zeros(g, "b", {32}), 32, 1e-5F);
  g.set_output(g.relu(g.add(n, x)));
  fuse_epilogues(g);
  const auto& norm = std::get<GroupNorm>(g.node(g.output()).op);
  EXPECT_TRUE(norm.has_residual);
  EXPECT_TRUE(norm.relu);
}

TEST(FuseEpilogues, GeluIsAppliedBeforeTheResidualIsAdded) {
  Graph g;
  const Value x = g.input({1, 4, 1, 8});
  const Value t = g.reshape(x, {1, 4, 8});
  g.set_output(g.gelu(g.add(t, linear(g, t, 8, "l"))));
  fuse_epilogues(g);
  // activation(sum + residual) is no epilogue: the activation stays a node of its own.
  EXPECT_EQ(count<Activate>(g), 1);
  EXPECT_EQ(count<Add>(g), 0);
}

TEST(FuseEpilogues, KeepsSumsThatAreReadTwice) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  const Value c = conv(g, x, 4, 3, "c");
  g.set_output(g.add(g.add(x, c), c));
  fuse_epilogues(g);
  EXPECT_EQ(count<Add>(g), 2);
}

TEST(AllowWinograd, Only3x3WithStrideOneAndPadding) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  Value y = conv(g, x, 4, 3, "a");
  y = g.conv2d(y, zeros(g, "s", {4, 4, 3, 3}), std::nullopt, 2, {1, 1});
  y = g.conv2d(y, zeros(g, "v", {4, 4, 3, 3}), std::nullopt, 1, {0, 0});
  g.set_output(conv(g, y, 4, 1, "b"));
  allow_winograd(g);
  int allowed = 0;
  for (const Value value : g.order()) {
    const auto* op = std::get_if<Conv2d>(&g.node(value).op);
    if (op != nullptr && op->winograd) ++allowed;
  }
  EXPECT_EQ(allowed, 1);
}

TEST(FuseUpsampling, IntoThe3x3ConvolutionAfterIt) {
  Graph g;
  const Value x = g.input({1, 8, 8, 4});
  g.set_output(conv(g, g.upsample2x(x, Align::corners), 2, 3, "c"));
  allow_winograd(g);
  fuse_upsampling(g);
  EXPECT_EQ(count<Resize>(g), 0);
  const Node& node = g.node(g.output());
  EXPECT_EQ(node.inputs[0], x);
  EXPECT_EQ(node.shape, (Shape{1, 16, 16, 2}));
  EXPECT_EQ(std::get<Conv2d>(node.op).resize->height, 16);
}

TEST(FuseUpsampling, NotWhenOthersReadTheEnlargedMap) {
  Graph g;
  const Value up = g.upsample2x(g.input({1, 8, 8, 4}), Align::corners);
  g.set_output(g.add(up, conv(g, up, 4, 3, "c")));
  run_passes(g);
  EXPECT_EQ(count<Resize>(g), 1);
}

}  // namespace
}  // namespace dpt::graph
