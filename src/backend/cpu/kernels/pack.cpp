#include "backend/cpu/kernels/pack.h"

#include "backend/cpu/kernels/narrow.h"

namespace dpt::cpu {

bool packs_parts(int64_t columns, Arithmetic arithmetic) {
  return columns > max_narrow_columns && has_unit_for(arithmetic);
}

PackedWeights pack_linear(const float* weights, int64_t columns, int64_t depth,
                          Arithmetic arithmetic) {
  if (packs_parts(columns, arithmetic)) {
    return WeightPacker::pack_parts(depth, columns, 1, arithmetic, [=](int64_t column, float*) {
      return weights + column * depth;
    });
  }
  return WeightPacker::pack(depth, columns, 1,
                            [=](int64_t k, int64_t column) { return weights[column * depth + k]; });
}

PackedWeights pack_conv(const float* weights, int64_t out, int64_t in, int64_t kh, int64_t kw,
                        Arithmetic arithmetic) {
  const int64_t taps = kh * kw;
  if (packs_parts(out, arithmetic)) {
    return WeightPacker::pack_parts(in * taps, out, 1, arithmetic, [=](int64_t o, float* to) {
      const float* from = weights + o * in * taps;
      if (taps == 1) return from;
      for (int64_t tap = 0; tap < taps; ++tap) {
        for (int64_t c = 0; c < in; ++c) to[tap * in + c] = from[c * taps + tap];
      }
      return static_cast<const float*>(to);
    });
  }
  return WeightPacker::pack(in * taps, out, 1, [=](int64_t k, int64_t o) {
    return weights[(o * in + k % in) * taps + k / in];
  });
}

PackedWeights pack_conv_transpose(const float* weights, int64_t in, int64_t out, int64_t stride,
                                  Arithmetic arithmetic) {
  const int64_t columns = stride * stride * out;
  const auto value = [=](int64_t c, int64_t column) {
    const int64_t ij = column / out;
    const int64_t o = column % out;
    return weights[(c * out + o) * stride * stride + ij];
  };
  if (packs_parts(columns / stride, arithmetic)) {
    return WeightPacker::pack_parts(in, columns, stride, arithmetic,
                                    [=](int64_t column, float* to) {
                                      for (int64_t c = 0; c < in; ++c) to[c] = value(c, column);
                                      return static_cast<const float*>(to);
                                    });
  }
  return WeightPacker::pack(in, columns, stride, value);
}

}  // namespace dpt::cpu
