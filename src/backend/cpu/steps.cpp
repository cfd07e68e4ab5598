#include "backend/cpu/steps.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "backend/cpu/kernels/attention.h"
#include "backend/cpu/kernels/elementwise.h"
#include "backend/cpu/kernels/gemm.h"
#include "backend/cpu/kernels/norm.h"
#include "backend/cpu/kernels/resample.h"

namespace dpt::cpu {

namespace {

using graph::Graph;
using graph::Node;
using graph::Value;

Activation to_kernel(graph::Activation activation) {
  switch (activation) {
    case graph::Activation::relu:
      return Activation::relu;
    case graph::Activation::gelu:
      return Activation::gelu;
    default:
      return Activation::none;
  }
}

Coordinates to_kernel(graph::Align align) {
  return align == graph::Align::corners ? Coordinates::align_corners : Coordinates::half_pixel;
}

/// Makes the step of one node; one function per operation.
class StepMaker {
 public:
  StepMaker(const Graph& graph, Value value, const std::vector<Location>& locations,
            ConstantStore& constants)
      : graph_(graph),
        node_(graph.node(value)),
        locations_(locations),
        constants_(constants),
        out_(at(value)) {}

  Step operator()(const graph::Input&) const { return {}; }
  Step operator()(const graph::Const&) const { return {}; }
  Step operator()(const graph::Reshape&) const { return {}; }

  Step operator()(const graph::Conv2d& op) const {
    const Shape x = convolved_shape(op);
    if (op.winograd && winograd_worthwhile(x[0], x[1], x[2], x[3], node_.shape[3])) {
      return winograd_step(op);
    }
    const Shape& w = input_shape(1);
    ConvArgs args;
    args.batch = x[0];
    args.height = x[1];
    args.width = x[2];
    args.channels = x[3];
    args.kernel_h = w[2];
    args.kernel_w = w[3];
    args.stride = op.stride;
    args.pad_top = op.padding.top;
    args.pad_left = op.padding.left;
    args.out_height = node_.shape[1];
    args.out_width = node_.shape[2];
    args.relu_input = op.relu_input;
    args.weights = constants_.conv(constant(1));
    if (!op.resize) return conv_step(op, args, conv2d);
    // Only small networks come here: for others Winograd's method, which resizes on the way, pays.
    const BilinearArgs resize = resize_args(*op.resize);
    return conv_step(op, args, [resize, count = x.elements()](ThreadPool& pool, ConvArgs call) {
      Buffer<float> enlarged(static_cast<size_t>(count), "a resized map");
      BilinearArgs resize_call = resize;
      resize_call.input = call.input;
      resize_call.output = enlarged.data();
      bilinear(pool, resize_call);
      call.input = enlarged.data();
      conv2d(pool, call);
    });
  }

  Step operator()(const graph::ConvTranspose& op) const {
    const Shape& x = input_shape(0);
    ConvTransposeArgs args;
    args.batch = x[0];
    args.height = x[1];
    args.width = x[2];
    args.channels = x[3];
    args.stride = op.stride;
    args.out_channels = node_.shape[3];
    args.weights = constants_.conv_transpose(constant(1));
    args.bias = constants_.plain(constant(2));
    return [=, in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      conv_transpose(*run.pool, call);
    };
  }

  /// The bias may be a constant for all rows, or computed, with one row per picture.
  Step operator()(const graph::Linear& op) const {
    const Shape& x = input_shape(0);
    LinearArgs args;
    args.weights = constants_.linear(constant(1));
    args.lda = x.back();
    args.ldc = node_.shape.back();
    args.rows = x.elements() / x.back();
    args.epilogue.activation = to_kernel(op.epilogue.activation);
    int64_t pictures = 1;
    Location bias;
    if (op.has_bias && constant(2) != nullptr) {
      args.epilogue.bias = constants_.plain(constant(2));
    } else if (op.has_bias) {
      bias = input(2);
      pictures = x[0];
      args.rows /= pictures;
    }
    const bool computed_bias = op.has_bias && constant(2) == nullptr;
    const auto [first, second] = residuals(op.epilogue);
    return [=, residual0 = first, residual1 = second, in = input(0),
            out = out_](const RunContext& run) {
      auto call = args;
      for (int64_t n = 0; n < pictures; ++n) {
        const int64_t out_shift = n * call.rows * call.ldc;
        call.a = run.read(in) + n * call.rows * call.lda;
        call.c = run.write(out) + out_shift;
        if (computed_bias) call.epilogue.bias = run.read(bias) + n * call.ldc;
        if (residual0) call.epilogue.residual[0] = run.read(*residual0) + out_shift;
        if (residual1) call.epilogue.residual[1] = run.read(*residual1) + out_shift;
        linear(*run.pool, call);
      }
    };
  }

  Step operator()(const graph::LayerNorm& op) const {
    LayerNormArgs args;
    args.width = node_.shape.back();
    args.rows = node_.shape.elements() / args.width;
    args.gamma = constants_.plain(constant(1));
    args.beta = constants_.plain(constant(2));
    args.epsilon = op.epsilon;
    return [=, in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      layer_norm(*run.pool, call);
    };
  }

  Step operator()(const graph::GroupNorm& op) const {
    GroupNormArgs args;
    args.batch = node_.shape[0];
    args.pixels = node_.shape[1] * node_.shape[2];
    args.channels = node_.shape[3];
    args.groups = op.groups;
    args.gamma = constants_.plain(constant(1));
    args.beta = constants_.plain(constant(2));
    args.epsilon = op.epsilon;
    args.relu = op.relu;
    const std::optional<Location> residual =
        op.has_residual ? std::optional(input(3)) : std::nullopt;
    return [=, in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      if (residual) call.residual = run.read(*residual);
      group_norm(*run.pool, call);
    };
  }

  Step operator()(const graph::BatchNorm& op) const {
    const graph::AffineConstants map =
        graph::batch_norm_affine(constant(1), constant(2), constant(3), constant(4), op.epsilon);
    const float* scale = constants_.plain(map.scale);
    const float* shift = constants_.plain(map.shift);
    const int64_t channels = node_.shape.back();
    const int64_t rows = node_.shape.elements() / channels;
    return [=, in = input(0), out = out_](const RunContext& run) {
      scale_channels(*run.pool, run.read(in), rows, channels, scale, shift, run.write(out));
    };
  }

  Step operator()(const graph::Attention& op) const {
    AttentionArgs args;
    args.batch = node_.shape[0];
    args.tokens = node_.shape[1];
    args.width = node_.shape[2];
    args.heads = op.heads;
    return [=, in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.qkv = run.read(in);
      call.output = run.write(out);
      attention(*run.pool, call);
    };
  }

  Step operator()(const graph::Add&) const {
    const Shape a = input_shape(0);
    const Shape b = input_shape(1);
    if (a == b) {
      return [=, x = input(0), y = input(1), out = out_](const RunContext& run) {
        add(*run.pool, run.read(x), run.read(y), a.elements(), run.write(out));
      };
    }
    // Tokens [N, T, D] and [1 or N, 1 or T, D].
    return [=, x = input(0), y = input(1), out = out_](const RunContext& run) {
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

  Step operator()(const graph::Activate& op) const {
    const int64_t count = node_.shape.elements();
    return [=, activation = to_kernel(op.activation), in = input(0),
            out = out_](const RunContext& run) {
      activate(*run.pool, activation, run.read(in), count, run.write(out));
    };
  }

  Step operator()(const graph::Resize& op) const {
    return [args = resize_args(op), in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      bilinear(*run.pool, call);
    };
  }

  Step operator()(const graph::MaxPool& op) const {
    const Shape& x = input_shape(0);
    MaxPoolArgs args;
    args.batch = x[0];
    args.height = x[1];
    args.width = x[2];
    args.channels = x[3];
    args.kernel = op.kernel;
    args.stride = op.stride;
    args.pad_top = op.padding.top;
    args.pad_left = op.padding.left;
    args.out_height = node_.shape[1];
    args.out_width = node_.shape[2];
    return [=, in = input(0), out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      max_pool(*run.pool, call);
    };
  }

  Step operator()(const graph::PrependToken&) const {
    const int64_t width = node_.shape[2];
    const int64_t others = (node_.shape[1] - 1) * width;
    return [=, pictures = node_.shape[0], token = input(0), in = input(1),
            out = out_](const RunContext& run) {
      float* to = run.write(out);
      for (int64_t n = 0; n < pictures; ++n) {
        to = std::copy_n(run.read(token), width, to);
        to = std::copy_n(run.read(in) + n * others, others, to);
      }
    };
  }

  Step operator()(const graph::SliceTokens& op) const {
    const Shape& x = input_shape(0);
    const int64_t stride = x[1] * x[2];
    const int64_t count = op.count * x[2];
    return [=, pictures = x[0], first = op.first * x[2], in = input(0),
            out = out_](const RunContext& run) {
      float* to = run.write(out);
      for (int64_t n = 0; n < pictures; ++n) {
        to = std::copy_n(run.read(in) + n * stride + first, count, to);
      }
    };
  }

  Step operator()(const graph::AppendToken&) const {
    const Shape x = input_shape(0);
    return [=, in = input(0), token = input(1), out = out_](const RunContext& run) {
      const float* from = run.read(in);
      float* to = run.write(out);
      for (int64_t n = 0; n < x[0]; ++n) {
        for (int64_t t = 0; t < x[1]; ++t, from += x[2]) {
          to = std::copy_n(from, x[2], to);
          to = std::copy_n(run.read(token) + n * x[2], x[2], to);
        }
      }
    };
  }

  Step operator()(const graph::InvertDepth& op) const {
    const int64_t count = node_.shape.elements();
    return [=, in = input(0), out = out_](const RunContext& run) {
      invert_depth(*run.pool, run.read(in), count, op.scale, op.shift, run.write(out));
    };
  }

 private:
  /// Shape of the map under the kernel: the input's, or that to which it is resized.
  Shape convolved_shape(const graph::Conv2d& op) const {
    Shape x = input_shape(0);
    if (op.resize) x = {x[0], op.resize->height, op.resize->width, x[3]};
    return x;
  }

  BilinearArgs resize_args(const graph::Resize& op) const {
    const Shape& x = input_shape(0);
    BilinearArgs args;
    args.batch = x[0];
    args.height = x[1];
    args.width = x[2];
    args.channels = x[3];
    args.out_height = op.height;
    args.out_width = op.width;
    args.coordinates = to_kernel(op.align);
    return args;
  }

  Step winograd_step(const graph::Conv2d& op) const {
    const Shape x = convolved_shape(op);
    WinogradArgs args;
    args.batch = x[0];
    args.height = x[1];
    args.width = x[2];
    args.channels = x[3];
    args.relu_input = op.relu_input;
    if (op.resize) {
      args.source_height = input_shape(0)[1];
      args.source_width = input_shape(0)[2];
      args.coordinates = to_kernel(op.resize->align);
    }
    args.weights = constants_.winograd(constant(1));
    return conv_step(op, args, conv2d_winograd);
  }

  /// What both kinds of convolution share: input, output and epilogue.
  template <typename Args, typename Kernel>
  Step conv_step(const graph::Conv2d& op, Args args, Kernel kernel) const {
    args.epilogue.activation = to_kernel(op.epilogue.activation);
    if (op.has_bias) args.epilogue.bias = constants_.plain(constant(2));
    const auto [first, second] = residuals(op.epilogue);
    return [=, residual0 = first, residual1 = second, in = input(0),
            out = out_](const RunContext& run) {
      auto call = args;
      call.input = run.read(in);
      call.output = run.write(out);
      if (residual0) call.epilogue.residual[0] = run.read(*residual0);
      if (residual1) call.epilogue.residual[1] = run.read(*residual1);
      kernel(*run.pool, call);
    };
  }

  Location at(Value value) const { return locations_[static_cast<size_t>(value.id)]; }
  Location input(size_t i) const { return at(node_.inputs[i]); }
  const Shape& input_shape(size_t i) const { return graph_.shape(node_.inputs[i]); }
  graph::ConstantPtr constant(size_t i) const { return graph_.constant_of(node_.inputs[i]); }

  std::pair<std::optional<Location>, std::optional<Location>> residuals(
      const graph::Epilogue& epilogue) const {
    std::pair<std::optional<Location>, std::optional<Location>> result;
    const size_t first = node_.inputs.size() - static_cast<size_t>(epilogue.residuals);
    if (epilogue.residuals > 0) result.first = input(first);
    if (epilogue.residuals > 1) result.second = input(first + 1);
    return result;
  }

  const Graph& graph_;
  const Node& node_;
  const std::vector<Location>& locations_;
  ConstantStore& constants_;
  Location out_;
};

}  // namespace

Step make_step(const Graph& graph, Value value, const std::vector<Location>& locations,
               ConstantStore& constants) {
  return std::visit(StepMaker(graph, value, locations, constants), graph.node(value).op);
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
