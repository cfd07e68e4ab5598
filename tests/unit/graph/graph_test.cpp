#include "graph/graph.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "test_graphs.h"

namespace dpt::graph {
namespace {

TEST(Graph, InfersShapes) {
  Graph g;
  const Value x = g.input({2, 32, 48, 3});
  const Value a = g.conv2d(x, zeros(g, "a", {8, 3, 3, 3}), std::nullopt, 2, {1, 1});
  EXPECT_EQ(g.shape(a), (Shape{2, 16, 24, 8}));
  const Value b = g.conv_transpose(a, zeros(g, "b", {8, 4, 2, 2}), zeros(g, "bb", {4}), 2);
  EXPECT_EQ(g.shape(b), (Shape{2, 32, 48, 4}));
  EXPECT_EQ(g.shape(g.upsample2x(b, Align::corners)), (Shape{2, 64, 96, 4}));
  EXPECT_EQ(g.shape(g.max_pool(b, 3, 2, {0, 0}, 16, 24)), (Shape{2, 16, 24, 4}));
  const Value t = g.reshape(b, {2, 32 * 48, 4});
  const Value token = zeros(g, "t", {1, 1, 4});
  const Value all = g.prepend_token(token, t);
  EXPECT_EQ(g.shape(all), (Shape{2, 1 + 32 * 48, 4}));
  const Value first = g.slice_tokens(all, 0, 1);
  EXPECT_EQ(g.shape(g.append_token(g.slice_tokens(all, 1, 10), first)), (Shape{2, 10, 8}));
  EXPECT_EQ(g.shape(g.attention(linear(g, all, 12, "qkv"), 2)), (Shape{2, 1 + 32 * 48, 4}));
}

TEST(Graph, ShapesThatDoNotFitAreBugs) {
  Graph g;
  const Value x = g.input({1, 8, 8, 3});
  EXPECT_THROW((void)conv(g, g.reshape(x, {1, 64, 3}), 4, 3, "c"), std::logic_error);
  EXPECT_THROW(g.conv2d(x, zeros(g, "w", {4, 5, 3, 3}), std::nullopt), std::logic_error);
  EXPECT_THROW(g.reshape(x, {1, 63, 3}), std::logic_error);
  EXPECT_THROW(g.add(x, zeros(g, "b", {1, 8, 8, 2})), std::logic_error);
  EXPECT_THROW(g.attention(g.reshape(x, {1, 64, 3}), 2), std::logic_error);
}

TEST(Graph, OrderHasInputsFirstAndNothingUnused) {
  Graph g;
  const Value x = g.input({1, 8, 8, 3});
  const Value a = conv(g, x, 3, 3, "a");
  const Value unused = conv(g, x, 3, 3, "unused");
  const Value sum = g.add(a, g.relu(a));
  g.set_output(sum);
  const std::vector<Value> order = g.order();
  std::vector<int> place(g.size(), -1);
  for (size_t i = 0; i < order.size(); ++i) place[static_cast<size_t>(order[i].id)] = int(i);
  EXPECT_EQ(place[static_cast<size_t>(unused.id)], -1);
  for (const Value value : order) {
    for (const Value input : g.node(value).inputs) {
      EXPECT_LT(place[static_cast<size_t>(input.id)], place[static_cast<size_t>(value.id)]);
    }
  }
  EXPECT_EQ(order.back(), sum);
}

TEST(Graph, ReplacesUsesAndTheOutput) {
  Graph g;
  const Value x = g.input({1, 8, 8, 3});
  const Value a = g.relu(x);
  const Value b = g.gelu(x);
  g.set_output(a);
  g.replace_uses(a, b);
  EXPECT_EQ(g.output(), b);
}

TEST(Graph, FindsValuesByName) {
  Graph g;
  const Value x = g.input({1, 8, 8, 3});
  const Value a = g.name(g.relu(x), "a");
  EXPECT_EQ(g.find("a"), a);
  EXPECT_FALSE(g.find("b").has_value());
}

}  // namespace
}  // namespace dpt::graph
