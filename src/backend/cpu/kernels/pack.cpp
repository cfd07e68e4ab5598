#include "backend/cpu/kernels/pack.h"

namespace dpt::cpu {

PackedWeights pack_linear(const float* weights, int64_t columns, int64_t depth) {
  return WeightPacker::pack(depth, columns, 1,
                            [=](int64_t k, int64_t column) { return weights[column * depth + k]; });
}

PackedWeights pack_conv(const float* weights, int64_t out, int64_t in, int64_t kh, int64_t kw) {
  return WeightPacker::pack(in * kh * kw, out, 1, [=](int64_t k, int64_t o) {
    const int64_t tap = k / in;
    const int64_t c = k % in;
    return weights[(o * in + c) * kh * kw + tap];
  });
}

PackedWeights pack_conv_transpose(const float* weights, int64_t in, int64_t out, int64_t stride) {
  return WeightPacker::pack(in, stride * stride * out, stride, [=](int64_t c, int64_t column) {
    const int64_t ij = column / out;
    const int64_t o = column % out;
    return weights[(c * out + o) * stride * stride + ij];
  });
}

}  // namespace dpt::cpu
