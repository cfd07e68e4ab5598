// What the makers of steps share. Internal to this folder.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/steps.h"

namespace dpt::cpu {

/// One node, with the places of its inputs and its result. Lives only while its step is made.
class StepContext {
 public:
  StepContext(const graph::Graph& graph, graph::Value value, const std::vector<Location>& locations,
              ConstantStore& constants)
      : graph_(graph),
        node_(graph.node(value)),
        locations_(locations),
        constants_(constants),
        result_(at(value)) {}

  const graph::Node& node() const { return node_; }
  ConstantStore& constants() const { return constants_; }
  Location result() const { return result_; }
  Location input(size_t i) const { return at(node_.inputs[i]); }
  const Shape& input_shape(size_t i) const { return graph_.shape(node_.inputs[i]); }
  /// Null when the input is computed.
  graph::ConstantPtr constant(size_t i) const { return graph_.constant_of(node_.inputs[i]); }

  /// Places of the values that an epilogue adds.
  std::pair<std::optional<Location>, std::optional<Location>> residuals(
      const graph::Epilogue& epilogue) const {
    std::pair<std::optional<Location>, std::optional<Location>> result;
    const size_t first = node_.inputs.size() - static_cast<size_t>(epilogue.residuals);
    if (epilogue.residuals > 0) result.first = input(first);
    if (epilogue.residuals > 1) result.second = input(first + 1);
    return result;
  }

 private:
  Location at(graph::Value value) const { return locations_[static_cast<size_t>(value.id)]; }

  const graph::Graph& graph_;
  const graph::Node& node_;
  const std::vector<Location>& locations_;
  ConstantStore& constants_;
  Location result_;
};

inline Activation to_kernel(graph::Activation activation) {
  switch (activation) {
    case graph::Activation::relu:
      return Activation::relu;
    case graph::Activation::gelu:
      return Activation::gelu;
    default:
      return Activation::none;
  }
}

/// Sets the sizes of a kernel's input map [N, H, W, C].
template <typename Args>
void set_input_map(Args& args, const Shape& map) {
  args.batch = map[0];
  args.height = map[1];
  args.width = map[2];
  args.channels = map[3];
}

// conv_steps.cpp
Step conv2d_step(const StepContext& c, const graph::Conv2d& op);
Step conv_transpose_step(const StepContext& c, const graph::ConvTranspose& op);
Step resize_step(const StepContext& c, const graph::Resize& op);
Step max_pool_step(const StepContext& c, const graph::MaxPool& op);

// token_steps.cpp
Step linear_step(const StepContext& c, const graph::Linear& op);
Step attention_step(const StepContext& c, const graph::Attention& op);
Step prepend_token_step(const StepContext& c);
Step slice_tokens_step(const StepContext& c, const graph::SliceTokens& op);
Step append_token_step(const StepContext& c);

}  // namespace dpt::cpu
