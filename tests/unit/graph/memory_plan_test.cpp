#include "graph/memory_plan.h"

#include <gtest/gtest.h>

#include <random>

#include "graph/passes/passes.h"
#include "test_graphs.h"

namespace dpt::graph {
namespace {

/// Runs the plan symbolically: every value writes its name over its piece of the arena, and each
/// reader checks that it finds the names that it expects.
class PlanChecker {
 public:
  PlanChecker(const Graph& g, const std::vector<Value>& order, const MemoryPlan& plan)
      : graph_(g), plan_(plan), arena_(static_cast<size_t>(plan.size()), -1), owner_(g.size()) {
    for (const Value value : order) step(value);
  }
  void check(Value value) const {
    if (graph_.constant_of(value) != nullptr) return;
    for (int64_t i = 0; i < graph_.shape(value).elements(); ++i) {
      ASSERT_EQ(arena_[static_cast<size_t>(plan_.offset(value) + i)], owner(value)) << value.id;
    }
  }

 private:
  int owner(Value value) const { return owner_[static_cast<size_t>(value.id)]; }

  void step(Value value) {
    const Node& node = graph_.node(value);
    for (const Value input : node.inputs) check(input);
    if (graph_.constant_of(value) != nullptr) return;
    owner_[static_cast<size_t>(value.id)] = plan_.is_view(value) ? owner(node.inputs[0]) : value.id;
    if (plan_.is_view(value)) return;
    for (int64_t i = 0; i < node.shape.elements(); ++i) {
      arena_[static_cast<size_t>(plan_.offset(value) + i)] = value.id;
    }
  }

  const Graph& graph_;
  const MemoryPlan& plan_;
  std::vector<int> arena_;
  std::vector<int> owner_;
};

TEST(MemoryPlan, ValuesOfTheirOwnSizeShareWithNoOne) {
  Graph g;
  const Value x = g.input({1, 4, 16});
  const Value a = g.relu(x);
  const Value b = g.relu(a);
  g.set_output(g.relu(b));
  const std::vector<Value> order = g.order();
  std::vector<int64_t> sizes(g.size(), 0);
  sizes[static_cast<size_t>(a.id)] = 200;
  const MemoryPlan plan(g, order, {}, sizes);
  EXPECT_GE(plan.size(), 200 + 64);
  EXPECT_NE(plan.offset(a), plan.offset(x));
  EXPECT_NE(plan.offset(b), plan.offset(a));
  EXPECT_EQ(plan.offset(b), plan.offset(g.output()));
}

/// Random residual towers with side branches and token views.
Graph random_graph(uint32_t seed) {
  std::mt19937 random(seed);
  Graph g;
  std::vector<Value> maps{g.input({1, 8, 8, 4})};
  for (int i = 0; i < 30; ++i) {
    const Value a = maps[random() % maps.size()];
    const Value b = maps[maps.size() - 1 - random() % std::min<size_t>(3, maps.size())];
    const std::string key = std::to_string(i);
    switch (random() % 6) {
      case 0:
        maps.push_back(conv(g, b, 4, 3, key));
        break;
      case 1:
        maps.push_back(g.add(a, conv(g, g.relu(b), 4, 3, key)));
        break;
      case 2:
        maps.push_back(g.relu(b));
        break;
      case 3:
        maps.push_back(g.add(a, b));
        break;
      case 4: {
        const Value tokens = g.reshape(b, {1, 64, 4});
        const Value rest = g.slice_tokens(g.prepend_token(zeros(g, key, {1, 1, 4}), tokens), 1, 64);
        maps.push_back(g.reshape(g.add(rest, linear(g, rest, 4, key + "l")), {1, 8, 8, 4}));
        break;
      }
      default:
        maps.push_back(
            g.group_norm(b, zeros(g, key + "g", {4}), zeros(g, key + "b", {4}), 2, 1e-5F));
    }
  }
  Value sum = maps.back();
  for (size_t i = 0; i < maps.size(); i += 7) sum = g.add(sum, maps[i]);
  g.set_output(sum);
  return g;
}

TEST(MemoryPlan, NothingIsOverwrittenBeforeItIsRead) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    Graph g = random_graph(seed);
    if (seed % 2 == 1) run_passes(g);
    const std::vector<Value> order = g.order();
    const MemoryPlan plan(g, order);
    const PlanChecker checker(g, order, plan);
    checker.check(g.output());
  }
}

TEST(MemoryPlan, KeptValuesStayToTheEnd) {
  Graph g = random_graph(5);
  const std::vector<Value> order = g.order();
  const MemoryPlan plan(g, order, order);
  const PlanChecker checker(g, order, plan);
  for (const Value value : order) checker.check(value);
}

TEST(MemoryPlan, ReusesMemory) {
  Graph g;
  Value x = g.input({1, 8, 8, 4});
  for (int i = 0; i < 20; ++i) x = conv(g, x, 4, 3, std::to_string(i));
  g.set_output(x);
  EXPECT_EQ(MemoryPlan(g, g.order()).size(), 2 * 8 * 8 * 4);
}

TEST(MemoryPlan, WorksInPlaceWhereItCan) {
  Graph g;
  Value x = g.input({1, 8, 8, 4});
  for (int i = 0; i < 5; ++i) x = g.relu(x);
  g.set_output(x);
  EXPECT_EQ(MemoryPlan(g, g.order()).size(), 8 * 8 * 4);
}

}  // namespace
}  // namespace dpt::graph
