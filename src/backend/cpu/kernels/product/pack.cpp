#include "backend/cpu/kernels/product/pack.h"

#include <algorithm>

#include "backend/cpu/kernels/product/narrow.h"

namespace dpt::cpu {

namespace {

/// columns [used][depth] -> panel [depth][width], filled up with zeros.
void interleave(const float* columns, int64_t used, int64_t depth, int64_t width, float* panel) {
  constexpr int64_t line = 16;  // floats: each line of `columns` is read once
  for (int64_t first = 0; first < depth; first += line) {
    const int64_t end = std::min(first + line, depth);
    for (int64_t j = 0; j < used; ++j) {
      for (int64_t k = first; k < end; ++k) panel[k * width + j] = columns[j * depth + k];
    }
    for (int64_t k = first; used < width && k < end; ++k) {
      std::fill(panel + k * width + used, panel + (k + 1) * width, 0.0F);
    }
  }
}

/// from [in][taps] -> to [taps][in].
void taps_first(const float* from, int64_t in, int64_t taps, float* to) {
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t c = 0; c < in; ++c) *to++ = from[c * taps + tap];
  }
}

PackedWeights pack_as(Arithmetic arithmetic, bool parts, int64_t depth, int64_t columns,
                      int64_t groups, const WeightPacker::Columns& source) {
  return parts ? WeightPacker::pack_parts(depth, columns, groups, arithmetic, source)
               : WeightPacker::pack(depth, columns, groups, source);
}

}  // namespace

bool packs_parts(int64_t columns, Arithmetic arithmetic) {
  return columns > max_narrow_columns && has_unit_for(arithmetic);
}

PackedWeights WeightPacker::pack(int64_t depth, int64_t columns, int64_t groups,
                                 const Columns& source) {
  PackedWeights packed;
  packed.depth_ = depth;
  packed.columns_ = columns;
  packed.panel_ = panel_width();
  const int64_t group = columns / groups;
  const int64_t panels = (group + packed.panel_ - 1) / packed.panel_;
  const int64_t panel_size = depth * packed.panel_;
  packed.group_bytes_ = panels * panel_size * static_cast<int64_t>(sizeof(float));
  packed.data_ = Buffer<std::byte>(static_cast<size_t>(groups * packed.group_bytes_), "weights");
  Buffer<float> memory(static_cast<size_t>(panel_size), "weights");
  auto* to = reinterpret_cast<float*>(packed.data_.data());
  for (int64_t first = 0; first < columns; first += group) {
    for (int64_t panel = 0; panel < group; panel += packed.panel_, to += panel_size) {
      const int64_t used = std::min(packed.panel_, group - panel);
      interleave(source(first + panel, used, memory.data()), used, depth, packed.panel_, to);
    }
  }
  return packed;
}

PackedWeights pack_linear(const WeightRows& weights, int64_t columns, int64_t depth,
                          Arithmetic arithmetic) {
  return pack_as(arithmetic, packs_parts(columns, arithmetic), depth, columns, 1,
                 [&](int64_t first, int64_t count, float* to) {
                   return weights.get(first, count, depth, to);
                 });
}

PackedWeights pack_conv(const WeightRows& weights, int64_t out, int64_t in, int64_t kh, int64_t kw,
                        Arithmetic arithmetic) {
  const int64_t taps = kh * kw;
  const int64_t depth = in * taps;
  if (taps == 1) return pack_linear(weights, out, depth, arithmetic);
  Buffer<float> filters;
  return pack_as(arithmetic, packs_parts(out, arithmetic), depth, out, 1,
                 [&](int64_t first, int64_t count, float* to) {
                   const auto size = static_cast<size_t>(count * depth);
                   if (filters.size() < size) filters = Buffer<float>(size, "weights");
                   const float* from = weights.get(first, count, depth, filters.data());
                   for (int64_t j = 0; j < count; ++j) {
                     taps_first(from + j * depth, in, taps, to + j * depth);
                   }
                   return static_cast<const float*>(to);
                 });
}

PackedWeights pack_conv_transpose(const WeightRows& weights, int64_t in, int64_t out,
                                  int64_t stride, Arithmetic arithmetic) {
  const int64_t taps = stride * stride;
  const int64_t columns = taps * out;
  Buffer<float> memory(static_cast<size_t>(in * columns), "weights");
  const float* all = weights.get(0, in, columns, memory.data());
  return pack_as(arithmetic, packs_parts(columns / stride, arithmetic), in, columns, stride,
                 [=](int64_t first, int64_t count, float* to) {
                   for (int64_t j = 0; j < count; ++j) {
                     const int64_t o = (first + j) % out;
                     const int64_t tap = (first + j) / out;
                     for (int64_t c = 0; c < in; ++c) {
                       to[j * in + c] = all[(c * out + o) * taps + tap];
                     }
                   }
                   return static_cast<const float*>(to);
                 });
}

}  // namespace dpt::cpu
