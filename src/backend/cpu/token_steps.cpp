// Steps that work on tokens [N, T, D].
#include <algorithm>

#include "backend/cpu/kernels/attention/attention.h"
#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/step_context.h"

namespace dpt::cpu {

/// The bias may be a constant for all rows, or computed, with one row per picture.
Step linear_step(const StepContext& c, const graph::Linear& op) {
  const Shape& x = c.input_shape(0);
  LinearArgs args;
  args.weights = c.constants().linear(c.constant(1), c.constants().arithmetic());
  args.lda = x.back();
  args.ldc = c.node().shape.back();
  args.rows = x.elements() / x.back();
  args.epilogue.activation = to_kernel(op.epilogue.activation);
  int64_t pictures = 1;
  Location bias;
  if (op.has_bias && c.constant(2) != nullptr) {
    args.epilogue.bias = c.constants().plain(c.constant(2));
  } else if (op.has_bias) {
    bias = c.input(2);
    pictures = x[0];
    args.rows /= pictures;
  }
  const bool computed_bias = op.has_bias && c.constant(2) == nullptr;
  const auto [first, second] = c.residuals(op.epilogue);
  return [=, residual0 = first, residual1 = second, in = c.input(0),
          out = c.result()](const RunContext& run) {
    auto call = args;
    call.a_parts = run.parts(in);
    call.c_parts = run.parts(out);
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

Step attention_step(const StepContext& c, const graph::Attention& op) {
  AttentionArgs args;
  args.batch = c.node().shape[0];
  args.tokens = c.node().shape[1];
  args.width = c.node().shape[2];
  args.heads = op.heads;
  args.arithmetic = c.constants().attention_arithmetic();
  return [=, in = c.input(0), out = c.result()](const RunContext& run) {
    auto call = args;
    call.qkv = run.read(in);
    call.output = run.write(out);
    attention(*run.pool, call);
  };
}

Step prepend_token_step(const StepContext& c) {
  const int64_t width = c.node().shape[2];
  const int64_t others = (c.node().shape[1] - 1) * width;
  return [=, pictures = c.node().shape[0], token = c.input(0), in = c.input(1),
          out = c.result()](const RunContext& run) {
    float* to = run.write(out);
    for (int64_t n = 0; n < pictures; ++n) {
      to = std::copy_n(run.read(token), width, to);
      to = std::copy_n(run.read(in) + n * others, others, to);
    }
  };
}

Step slice_tokens_step(const StepContext& c, const graph::SliceTokens& op) {
  const Shape& x = c.input_shape(0);
  const int64_t stride = x[1] * x[2];
  const int64_t count = op.count * x[2];
  return [=, pictures = x[0], first = op.first * x[2], in = c.input(0),
          out = c.result()](const RunContext& run) {
    float* to = run.write(out);
    for (int64_t n = 0; n < pictures; ++n) {
      to = std::copy_n(run.read(in) + n * stride + first, count, to);
    }
  };
}

Step append_token_step(const StepContext& c) {
  const Shape x = c.input_shape(0);
  return [=, in = c.input(0), token = c.input(1), out = c.result()](const RunContext& run) {
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

}  // namespace dpt::cpu
