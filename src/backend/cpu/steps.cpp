#include "backend/cpu/steps.h"

#include <algorithm>
#include <functional>

#include "backend/cpu/kernels/simple/elementwise.h"
#include "backend/cpu/kernels/simple/norm.h"
#include "backend/cpu/step_context.h"

namespace dpt::cpu {

namespace {

using graph::Graph;
using graph::Node;
using graph::Value;

Step layer_norm_step(const StepContext& c, const graph::LayerNorm& op) {
  LayerNormArgs args;
  args.width = c.node().shape.back();
  args.rows = c.node().shape.elements() / args.width;
  args.gamma = c.constants().plain(c.constant(1));
  args.beta = c.constants().plain(c.constant(2));
  args.epsilon = op.epsilon;
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    call.parts = run.parts(out);
    layer_norm(*run.pool, call);
  };
}

Step group_norm_step(const StepContext& c, const graph::GroupNorm& op) {
  GroupNormArgs args;
  args.batch = c.node().shape[0];
  args.pixels = c.node().shape[1] * c.node().shape[2];
  args.channels = c.node().shape[3];
  args.groups = op.groups;
  args.gamma = c.constants().plain(c.constant(1));
  args.beta = c.constants().plain(c.constant(2));
  args.epsilon = op.epsilon;
  args.relu = op.relu;
  const std::optional<Location> residual =
      op.has_residual ? std::optional(c.input(3)) : std::nullopt;
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    if (residual) call.residual = run.read(*residual);
    group_norm(*run.pool, call);
  };
}

Step batch_norm_step(const StepContext& c, const graph::BatchNorm& op) {
  const graph::AffineConstants map = graph::batch_norm_affine(
      c.constant(1), c.constant(2), c.constant(3), c.constant(4), op.epsilon);
  const float* scale = c.constants().plain(map.scale);
  const float* shift = c.constants().plain(map.shift);
  const int64_t channels = c.node().shape.back();
  const int64_t rows = c.node().shape.elements() / channels;
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    scale_channels(*run.pool, run.read(in), rows, channels, scale, shift, run.write(out));
  };
}

Step add_step(const StepContext& c) {
  const Shape a = c.input_shape(0);
  const Shape b = c.input_shape(1);
  if (a == b) {
    return [=, x = c.input(0), y = c.input(1), out = c.result()](const RunContext& run) {
      add(*run.pool, run.read(x), run.read(y), a.elements(), run.write(out));
    };
  }
  // Tokens [N, T, D] and [1 or N, 1 or T, D].
  return [=, x = c.input(0), y = c.input(1), out = c.result()](const RunContext& run) {
    for (int64_t n = 0; n < a[0]; ++n) {
      const float* picture = run.read(y) + (b[0] == 1 ? 0 : n) * b[1] * b[2];
      for (int64_t t = 0; t < a[1]; ++t) {
        const int64_t row = (n * a[1] + t) * a[2];
        const float* added = picture + (b[1] == 1 ? 0 : t) * b[2];
        std::transform(run.read(x) + row, run.read(x) + row + a[2], added, run.write(out) + row,
                       std::plus<>());
      }
    }
  };
}

Step activate_step(const StepContext& c, const graph::Activate& op) {
  const int64_t count = c.node().shape.elements();
  return [=, activation = to_kernel(op.activation), in = c.input(0),
          out = c.result()](const RunContext& run) {
    activate(*run.pool, activation, run.read(in), count, run.write(out));
  };
}

Step invert_depth_step(const StepContext& c, const graph::InvertDepth& op) {
  const int64_t count = c.node().shape.elements();
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    invert_depth(*run.pool, run.read(in), count, op.scale, op.shift, run.write(out));
  };
}

/// Chooses the maker by the type of the operation.
struct StepMaker {
  const StepContext& c;

  Step operator()(const graph::Input&) const { return {}; }
  Step operator()(const graph::Const&) const { return {}; }
  Step operator()(const graph::Reshape&) const { return {}; }
  Step operator()(const graph::Conv2d& op) const { return conv2d_step(c, op); }
  Step operator()(const graph::ConvTranspose& op) const { return conv_transpose_step(c, op); }
  Step operator()(const graph::Linear& op) const { return linear_step(c, op); }
  Step operator()(const graph::LayerNorm& op) const { return layer_norm_step(c, op); }
  Step operator()(const graph::GroupNorm& op) const { return group_norm_step(c, op); }
  Step operator()(const graph::BatchNorm& op) const { return batch_norm_step(c, op); }
  Step operator()(const graph::Attention& op) const { return attention_step(c, op); }
  Step operator()(const graph::Add&) const { return add_step(c); }
  Step operator()(const graph::Activate& op) const { return activate_step(c, op); }
  Step operator()(const graph::Resize& op) const { return resize_step(c, op); }
  Step operator()(const graph::MaxPool& op) const { return max_pool_step(c, op); }
  Step operator()(const graph::PrependToken&) const { return prepend_token_step(c); }
  Step operator()(const graph::SliceTokens& op) const { return slice_tokens_step(c, op); }
  Step operator()(const graph::AppendToken&) const { return append_token_step(c); }
  Step operator()(const graph::InvertDepth& op) const { return invert_depth_step(c, op); }
};

}  // namespace

Step make_step(const Graph& graph, Value value, const std::vector<Location>& locations,
               ConstantStore& constants) {
  const StepContext context(graph, value, locations, constants);
  return std::visit(StepMaker{context}, context.node().op);
}

double multiply_adds(const Graph& graph, Value value) {
  const Node& node = graph.node(value);
  const auto elements = [](const Shape& shape) { return static_cast<double>(shape.elements()); };
  if (std::holds_alternative<graph::Conv2d>(node.op) ||
      std::holds_alternative<graph::Linear>(node.op)) {
    const Shape& w = graph.shape(node.inputs[1]);
    return elements(node.shape) * elements(w) / static_cast<double>(w[0]);
  }
  if (std::holds_alternative<graph::ConvTranspose>(node.op)) {
    return elements(node.shape) * static_cast<double>(graph.shape(node.inputs[1])[0]);
  }
  if (std::holds_alternative<graph::Attention>(node.op)) {
    return 2 * elements(node.shape) * static_cast<double>(node.shape[1]);
  }
  return 0;
}

}  // namespace dpt::cpu
