#include <utility>

#include "graph/passes/passes.h"

namespace dpt::graph {

namespace {

constexpr int max_residuals = 2;

/// The epilogue of a node that has one, else null.
Epilogue* epilogue_of(Node& node) {
  if (auto* conv = std::get_if<Conv2d>(&node.op)) return &conv->epilogue;
  if (auto* linear = std::get_if<Linear>(&node.op)) return &linear->epilogue;
  return nullptr;
}

class Fusion {
 public:
  explicit Fusion(Graph& graph) : graph_(graph), uses_(graph.use_counts()) {}

  void run() {
    for (const Value value : graph_.order()) {
      const Node& node = graph_.node(value);
      if (const auto* act = std::get_if<Activate>(&node.op)) fuse_activation(value, *act);
      if (std::holds_alternative<Add>(node.op)) fuse_sum(value);
    }
    for (const Value value : graph_.order()) fuse_relu_input(value);
  }

 private:
  bool used_once(Value value) const { return uses_[static_cast<size_t>(value.id)] == 1; }

  void fuse_activation(Value value, const Activate& act) {
    const Node& node = graph_.node(value);
    const Value source = node.inputs[0];
    if (!used_once(source)) return;
    Node& producer = graph_.node(source);
    if (Epilogue* epilogue = epilogue_of(producer)) {
      if (epilogue->activation != Activation::none || epilogue->residuals != 0) return;
      epilogue->activation = act.activation;
    } else if (auto* norm = std::get_if<GroupNorm>(&producer.op);
               norm != nullptr && act.activation == Activation::relu && !norm->relu) {
      norm->relu = true;
    } else {
      return;
    }
    absorb(value, source);
  }

  /// add(a, b): whichever of the two can take the other as a residual.
  void fuse_sum(Value value) {
    const Node& node = graph_.node(value);
    const Value a = node.inputs[0];
    const Value b = node.inputs[1];
    if (graph_.shape(a) != graph_.shape(b)) return;
    if (!take_residual(value, b, a)) take_residual(value, a, b);
  }

  bool take_residual(Value sum, Value producer_value, Value residual) {
    if (!used_once(producer_value) || depends_on(residual, producer_value)) return false;
    Node& producer = graph_.node(producer_value);
    if (Epilogue* epilogue = epilogue_of(producer)) {
      if (epilogue->residuals == max_residuals) return false;
      ++epilogue->residuals;
    } else if (auto* norm = std::get_if<GroupNorm>(&producer.op);
               norm != nullptr && !norm->relu && !norm->has_residual) {
      norm->has_residual = true;
    } else {
      return false;
    }
    producer.inputs.push_back(residual);
    absorb(sum, producer_value);
    return true;
  }

  /// conv2d(relu(x)): the convolution reads x itself, though others may read x and relu(x) too.
  void fuse_relu_input(Value value) {
    Node& node = graph_.node(value);
    auto* conv = std::get_if<Conv2d>(&node.op);
    if (conv == nullptr || conv->relu_input) return;
    const Node& source = graph_.node(node.inputs[0]);
    const auto* act = std::get_if<Activate>(&source.op);
    if (act == nullptr || act->activation != Activation::relu) return;
    conv->relu_input = true;
    node.inputs[0] = source.inputs[0];
  }

  void absorb(Value outer, Value inner) {
    if (graph_.node(inner).name.empty()) graph_.node(inner).name = graph_.node(outer).name;
    uses_[static_cast<size_t>(inner.id)] = uses_[static_cast<size_t>(outer.id)];
    graph_.replace_uses(outer, inner);
  }

  bool depends_on(Value value, Value on) const {
    if (value == on) return true;
    std::vector<char> seen(graph_.size(), 0);
    std::vector<Value> stack{value};
    while (!stack.empty()) {
      const Value current = stack.back();
      stack.pop_back();
      if (current == on) return true;
      if (std::exchange(seen[static_cast<size_t>(current.id)], 1) != 0) continue;
      for (const Value input : graph_.node(current).inputs) stack.push_back(input);
    }
    return false;
  }

  Graph& graph_;
  std::vector<int> uses_;
};

}  // namespace

void fuse_epilogues(Graph& graph) { Fusion(graph).run(); }

}  // namespace dpt::graph
