#include "graph/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace dpt::graph {

namespace {

constexpr int64_t alignment = 16;  // floats: one cache line
constexpr int never = -1;

/// A piece of the arena that one value, or several that share it, occupy from step to step.
struct Block {
  int64_t floats = 0;
  int first = 0, last = 0;
  int64_t offset = 0;
};

class Planner {
 public:
  Planner(const Graph& graph, const std::vector<Value>& order, const std::vector<Value>& keep,
          const std::vector<int64_t>& own_sizes)
      : graph_(graph),
        order_(order),
        own_sizes_(own_sizes),
        last_use_(graph.size(), never),
        block_(graph.size(), never),
        shift_(graph.size(), 0) {
    find_last_uses(keep);
    for (size_t step = 0; step < order.size(); ++step) assign(order[step], static_cast<int>(step));
    place();
  }

  int64_t offset(Value value) const {
    const int block = block_[index(value)];
    return block == never ? 0 : blocks_[static_cast<size_t>(block)].offset + shift_[index(value)];
  }

  /// The value whose memory this one is, if it is nothing but a view.
  std::optional<Value> viewed(Value value) const {
    const Node& node = graph_.node(value);
    if (std::holds_alternative<Reshape>(node.op)) return node.inputs[0];
    if (std::holds_alternative<SliceTokens>(node.op) && node.shape[0] == 1) return node.inputs[0];
    return std::nullopt;
  }

  int64_t size() const { return size_; }

 private:
  static size_t index(Value value) { return static_cast<size_t>(value.id); }

  int64_t own_size(Value value) const {
    return index(value) < own_sizes_.size() ? own_sizes_[index(value)] : 0;
  }

  void find_last_uses(const std::vector<Value>& keep) {
    const int end = static_cast<int>(order_.size());
    for (int step = 0; step < end; ++step) {
      for (const Value input : graph_.node(order_[static_cast<size_t>(step)]).inputs) {
        last_use_[index(input)] = step;
      }
    }
    last_use_[index(graph_.output())] = end;
    for (const Value value : keep) last_use_[index(value)] = end;
    // A view keeps what it looks at alive. Backwards, so that views of views are passed on.
    for (auto value = order_.rbegin(); value != order_.rend(); ++value) {
      if (const auto source = viewed(*value)) {
        int& last = last_use_[index(*source)];
        last = std::max(last, last_use_[index(*value)]);
      }
    }
  }

  void assign(Value value, int step) {
    const Node& node = graph_.node(value);
    if (std::holds_alternative<Const>(node.op)) return;
    if (const auto source = viewed(value)) {
      block_[index(value)] = block_[index(*source)];
      const auto* slice = std::get_if<SliceTokens>(&node.op);
      shift_[index(value)] =
          shift_[index(*source)] + (slice == nullptr ? 0 : slice->first * node.shape.back());
      return;
    }
    int block = block_to_take_over(value, step);
    if (block == never) {
      block = static_cast<int>(blocks_.size());
      const int64_t own = own_size(value);
      const int64_t wanted = own != 0 ? own : node.shape.elements();
      const int64_t floats = (wanted + alignment - 1) / alignment * alignment;
      blocks_.push_back({floats, step, step, 0});
    }
    block_[index(value)] = block;
    int& last = blocks_[static_cast<size_t>(block)].last;
    last = std::max({last, step, last_use_[index(value)]});
  }

  /// Operations that work element by element may write over an input which dies with them.
  int block_to_take_over(Value value, int step) const {
    const Node& node = graph_.node(value);
    if (own_size(value) != 0) return never;
    for (const Value candidate : replaceable_inputs(node)) {
      const int block = block_[index(candidate)];
      if (block == never || shift_[index(candidate)] != 0) continue;
      if (own_size(candidate) != 0) continue;
      if (graph_.shape(candidate) != node.shape) continue;
      if (blocks_[static_cast<size_t>(block)].last > step) continue;
      // A residual is read only where the result is written; the main input is read all over.
      if (candidate != node.inputs[0] && block == block_[index(node.inputs[0])]) continue;
      return block;
    }
    return never;
  }

  static std::vector<Value> replaceable_inputs(const Node& node) {
    if (std::holds_alternative<Activate>(node.op) || std::holds_alternative<LayerNorm>(node.op) ||
        std::holds_alternative<GroupNorm>(node.op) || std::holds_alternative<BatchNorm>(node.op) ||
        std::holds_alternative<Add>(node.op) || std::holds_alternative<InvertDepth>(node.op)) {
      return {node.inputs[0]};
    }
    int residuals = 0;
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) residuals = conv->epilogue.residuals;
    if (const auto* linear = std::get_if<Linear>(&node.op)) residuals = linear->epilogue.residuals;
    return {node.inputs.end() - residuals, node.inputs.end()};
  }

  /// Largest blocks first, each at the lowest place that is free during its life.
  void place() {
    std::vector<size_t> by_size(blocks_.size());
    std::iota(by_size.begin(), by_size.end(), size_t{0});
    std::stable_sort(by_size.begin(), by_size.end(),
                     [&](size_t a, size_t b) { return blocks_[a].floats > blocks_[b].floats; });
    std::vector<size_t> placed;  // by offset
    for (const size_t current : by_size) {
      Block& block = blocks_[current];
      int64_t offset = 0;
      for (const size_t other_index : placed) {
        const Block& other = blocks_[other_index];
        if (other.last < block.first || block.last < other.first) continue;
        if (other.offset - offset >= block.floats) break;
        offset = std::max(offset, other.offset + other.floats);
      }
      block.offset = offset;
      size_ = std::max(size_, offset + block.floats);
      const auto position =
          std::upper_bound(placed.begin(), placed.end(), offset,
                           [&](int64_t o, size_t i) { return o < blocks_[i].offset; });
      placed.insert(position, current);
    }
  }

  const Graph& graph_;
  const std::vector<Value>& order_;
  const std::vector<int64_t>& own_sizes_;
  std::vector<int> last_use_;
  std::vector<int> block_;
  std::vector<int64_t> shift_;
  std::vector<Block> blocks_;
  int64_t size_ = 0;
};

}  // namespace

MemoryPlan::MemoryPlan(const Graph& graph, const std::vector<Value>& order,
                       const std::vector<Value>& keep, const std::vector<int64_t>& own_sizes)
    : offsets_(graph.size(), 0), views_(graph.size(), 0) {
  const Planner planner(graph, order, keep, own_sizes);
  for (const Value value : order) {
    offsets_[static_cast<size_t>(value.id)] = planner.offset(value);
    views_[static_cast<size_t>(value.id)] = planner.viewed(value).has_value() ? 1 : 0;
  }
  size_ = planner.size();
}

}  // namespace dpt::graph
