// Steps that work on maps [N, H, W, C].
#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/simple/resample.h"
#include "backend/cpu/kernels/winograd/upsampled_conv.h"
#include "backend/cpu/kernels/winograd/winograd.h"
#include "backend/cpu/step_context.h"

namespace dpt::cpu {

namespace {

/// Shape of the map under the kernel: the input's, or that to which it is resized.
Shape convolved_shape(const StepContext& c, const graph::Conv2d& op) {
  Shape x = c.input_shape(0);
  if (op.resize) x = {x[0], op.resize->height, op.resize->width, x[3]};
  return x;
}

Coordinates coordinates_of(graph::Align align) {
  return align == graph::Align::corners ? Coordinates::align_corners : Coordinates::half_pixel;
}

BilinearArgs resize_args(const StepContext& c, const graph::Resize& op) {
  BilinearArgs args;
  set_input_map(args, c.input_shape(0));
  args.out_height = op.height;
  args.out_width = op.width;
  args.coordinates = coordinates_of(op.align);
  return args;
}

/// The map under the kernel, and how it comes from the input.
template <typename Args>
void set_convolved_map(Args& args, const StepContext& c, const graph::Conv2d& op) {
  set_input_map(args, convolved_shape(c, op));
  args.relu_input = op.relu_input;
  if (!op.resize) return;
  args.source_height = c.input_shape(0)[1];
  args.source_width = c.input_shape(0)[2];
  args.coordinates = coordinates_of(op.resize->align);
}

/// What all kinds of convolution share: input, output and epilogue.
template <typename Args, typename Kernel>
Step convolve(const StepContext& c, const graph::Conv2d& op, Args args, Kernel kernel) {
  args.epilogue.activation = to_kernel(op.epilogue.activation);
  if (op.has_bias) args.epilogue.bias = c.constants().plain(c.constant(2));
  const auto [first, second] = c.residuals(op.epilogue);
  return [=, residual0 = first, residual1 = second, in = c.input(0),
          out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    if (residual0) call.epilogue.residual[0] = run.read(*residual0);
    if (residual1) call.epilogue.residual[1] = run.read(*residual1);
    kernel(*run.pool, call);
  };
}

Step winograd_step(const StepContext& c, const graph::Conv2d& op) {
  WinogradArgs args;
  set_convolved_map(args, c, op);
  args.weights = c.constants().winograd(c.constant(1));
  return convolve(c, op, args, conv2d_winograd);
}

ConvArgs conv_args(const StepContext& c, const graph::Conv2d& op) {
  const Shape& w = c.input_shape(1);
  ConvArgs args;
  set_convolved_map(args, c, op);
  args.kernel_h = w[2];
  args.kernel_w = w[3];
  args.stride = op.stride;
  args.pad_top = op.padding.top;
  args.pad_left = op.padding.left;
  args.out_height = c.node().shape[1];
  args.out_width = c.node().shape[2];
  return args;
}

Step direct_step(const StepContext& c, const graph::Conv2d& op) {
  ConvArgs args = conv_args(c, op);
  args.weights = c.constants().conv(c.constant(1), c.constants().arithmetic(op.sensitive));
  return convolve(c, op, args, conv2d);
}

Step upsampled_step(const StepContext& c, const graph::Conv2d& op) {
  ConvArgs args = conv_args(c, op);
  args.weights =
      c.constants().upsampled_conv(c.constant(1), c.constants().arithmetic(op.sensitive));
  return convolve(c, op, args, conv2d_of_upsampled);
}

/// Whether the products of the source are fewer than those of the enlarged map by so much that
/// interpolating their results pays.
bool is_upsampled(const StepContext& c, const graph::Conv2d& op) {
  if (!op.resize || !op.winograd || op.relu_input) return false;
  const Shape& x = c.input_shape(0);
  return op.resize->height >= x[1] && op.resize->width >= x[2] &&
         op.resize->height * op.resize->width >= 2 * x[1] * x[2];
}

}  // namespace

Step conv2d_step(const StepContext& c, const graph::Conv2d& op) {
  if (is_upsampled(c, op)) return upsampled_step(c, op);
  const Shape x = convolved_shape(c, op);
  const bool winograd = op.winograd && !c.constants().beats_winograd() &&
                        winograd_worthwhile(x[0], x[1], x[2], x[3], c.node().shape[3]);
  return winograd ? winograd_step(c, op) : direct_step(c, op);
}

Step conv_transpose_step(const StepContext& c, const graph::ConvTranspose& op) {
  const Shape& x = c.input_shape(0);
  ConvTransposeArgs args;
  set_input_map(args, x);
  args.stride = op.stride;
  args.out_channels = c.node().shape[3];
  args.weights = c.constants().conv_transpose(c.constant(1), c.constants().arithmetic());
  args.bias = c.constants().plain(c.constant(2));
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    conv_transpose(*run.pool, call);
  };
}

Step resize_step(const StepContext& c, const graph::Resize& op) {
  return [args = resize_args(c, op), in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    bilinear(*run.pool, call);
  };
}

Step max_pool_step(const StepContext& c, const graph::MaxPool& op) {
  const Shape& x = c.input_shape(0);
  MaxPoolArgs args;
  set_input_map(args, x);
  args.kernel = op.kernel;
  args.stride = op.stride;
  args.pad_top = op.padding.top;
  args.pad_left = op.padding.left;
  args.out_height = c.node().shape[1];
  args.out_width = c.node().shape[2];
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.input = run.read(in);
    call.output = run.write(out);
    max_pool(*run.pool, call);
  };
}

}  // namespace dpt::cpu
