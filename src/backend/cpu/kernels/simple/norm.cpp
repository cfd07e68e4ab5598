#include "backend/cpu/kernels/simple/norm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/simple/norm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>

#include "backend/cpu/kernels/simple/moments.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using F32 = hn::ScalableTag<float>;
using One = hn::CappedTag<float, 1>;
constexpr int lanes = HWY_LANES(float);

/// Sums of (x - shift)^power over [0, count), power 1 or 2.
template <int power>
float shifted_sum(const float* x, int64_t count, float shift) {
  const F32 d;
  const auto s = hn::Set(d, shift);
  const auto term = [&](int64_t i) {
    const auto difference = hn::Sub(hn::LoadU(d, x + i), s);
    return power == 1 ? difference : hn::Mul(difference, difference);
  };
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  int64_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    sum0 = hn::Add(sum0, term(i));
    sum1 = hn::Add(sum1, term(i + lanes));
  }
  float total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  for (; i < count; ++i) {
    const float difference = x[i] - shift;
    total += power == 1 ? difference : difference * difference;
  }
  return total;
}

/// (x - mean) * scale * gamma + beta.
template <class D>
HWY_INLINE void normalise_vector(D d, const LayerNormArgs& args, const float* x, float* y,
                                 int64_t i, float mean, float scale) {
  const auto centred = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, mean));
  const auto factor = hn::Mul(hn::Set(d, scale), hn::LoadU(d, args.gamma + i));
  hn::StoreU(hn::MulAdd(centred, factor, hn::LoadU(d, args.beta + i)), d, y + i);
}

void layer_norm_rows(const LayerNormArgs& args, int64_t begin, int64_t end) {
  const auto width = static_cast<float>(args.width);
  for (int64_t row = begin; row < end; ++row) {
    const float* x = args.input + row * args.width;
    float* y = args.output + row * args.width;
    // The row stays in the first cache, so two exact passes cost no more than one. The mean is
    // taken relative to an element of the row: a large common part does not cost accuracy.
    const float mean = x[0] + shifted_sum<1>(x, args.width, x[0]) / width;
    const float variance = shifted_sum<2>(x, args.width, mean) / width;
    const float scale = 1 / std::sqrt(variance + args.epsilon);
    int64_t i = 0;
    for (; i + lanes <= args.width; i += lanes) normalise_vector(F32(), args, x, y, i, mean, scale);
    for (; i < args.width; ++i) normalise_vector(One(), args, x, y, i, mean, scale);
  }
}

/// Adds x - shift and its square to the sums of each channel.
template <class D>
HWY_INLINE void add_moments(D d, const float* x, const float* shift, float* sum, float* square,
                            int64_t c) {
  const auto difference = hn::Sub(hn::LoadU(d, x + c), hn::LoadU(d, shift + c));
  hn::StoreU(hn::Add(hn::LoadU(d, sum + c), difference), d, sum + c);
  hn::StoreU(hn::MulAdd(difference, difference, hn::LoadU(d, square + c)), d, square + c);
}

/// Per channel over `pixels` pixels: sum[c] = sum of x - shift[c], square[c] = sum of its square.
void channel_moments(const float* x, int64_t pixels, int64_t channels, const float* shift,
                     float* sum, float* square) {
  for (int64_t c = 0; c < channels; ++c) sum[c] = square[c] = 0;
  for (int64_t p = 0; p < pixels; ++p, x += channels) {
    int64_t c = 0;
    for (; c + lanes <= channels; c += lanes) add_moments(F32(), x, shift, sum, square, c);
    for (; c < channels; ++c) add_moments(One(), x, shift, sum, square, c);
  }
}

/// x * scale[c] + shift[c] (+ residual), at least 0 if `relu`.
template <class D>
HWY_INLINE void apply_vector(D d, const GroupNormArgs& args, const ChannelMap& map, int64_t i,
                             int64_t c) {
  const auto centred = hn::Sub(hn::LoadU(d, args.input + i), hn::LoadU(d, map.mean + c));
  auto y = hn::MulAdd(centred, hn::LoadU(d, map.scale + c), hn::LoadU(d, args.beta + c));
  if (args.residual != nullptr) y = hn::Add(y, hn::LoadU(d, args.residual + i));
  if (args.relu) y = hn::IfThenZeroElse(hn::Lt(y, hn::Zero(d)), y);
  hn::StoreU(y, d, args.output + i);
}

void apply_group_norm(const GroupNormArgs& args, const ChannelMap& map, int64_t first_pixel,
                      int64_t last_pixel) {
  for (int64_t p = first_pixel; p < last_pixel; ++p) {
    const int64_t i = p * args.channels;
    int64_t c = 0;
    for (; c + lanes <= args.channels; c += lanes) apply_vector(F32(), args, map, i + c, c);
    for (; c < args.channels; ++c) apply_vector(One(), args, map, i + c, c);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <vector>

#include "backend/cpu/kernels/dispatch.h"
#include "backend/cpu/kernels/ranges.h"

namespace dpt::cpu {

HWY_EXPORT(layer_norm_rows);
HWY_EXPORT(channel_moments);
HWY_EXPORT(apply_group_norm);

namespace {

// 64 KiB of input per task.
constexpr int64_t elements_per_task = 16384;

/// Mean and variance of each group of one picture: sums of parts of the map in float, relative to
/// the picture's first pixel, put together in double.
std::vector<Moments> group_moments(ThreadPool& pool, const GroupNormArgs& args, int64_t picture) {
  const int64_t channels = args.channels;
  const float* map = args.input + picture * args.pixels * channels;
  const int64_t pixels_per_part = std::max<int64_t>(1, elements_per_task / channels);
  const int64_t parts = (args.pixels + pixels_per_part - 1) / pixels_per_part;
  std::vector<float> sums(static_cast<size_t>(parts * channels * 2));
  pool.parallel_for(parts, [&](int64_t index, int) {
    const Range pixels = part(args.pixels, parts, index);
    float* sum = sums.data() + index * channels * 2;
    // Relative to the part's own first pixel, which is near the part's mean.
    const float* first = map + pixels.begin * channels;
    DPT_DISPATCH(channel_moments)(first, pixels.size(), channels, first, sum, sum + channels);
  });
  const int64_t size = channels / args.groups;
  std::vector<Moments> groups(static_cast<size_t>(args.groups));
  for (int64_t index = 0; index < parts; ++index) {
    const Range pixels = part(args.pixels, parts, index);
    const float* sum = sums.data() + index * channels * 2;
    for (int64_t c = 0; c < channels; ++c) {
      groups[static_cast<size_t>(c / size)].merge(Moments::of_shifted_sums(
          pixels.size(), map[pixels.begin * channels + c], sum[c], sum[channels + c]));
    }
  }
  return groups;
}

void group_norm_picture(ThreadPool& pool, const GroupNormArgs& args, int64_t picture) {
  const std::vector<Moments> groups = group_moments(pool, args, picture);
  const int64_t size = args.channels / args.groups;
  std::vector<float> mean(static_cast<size_t>(args.channels));
  std::vector<float> scale(mean.size());
  for (size_t c = 0; c < mean.size(); ++c) {
    const Moments& group = groups[c / static_cast<size_t>(size)];
    mean[c] = static_cast<float>(group.mean);
    scale[c] = static_cast<float>(args.gamma[c] / std::sqrt(group.variance() + args.epsilon));
  }
  const ChannelMap map{mean.data(), scale.data()};
  const int64_t pixels_per_task = std::max<int64_t>(1, elements_per_task / args.channels);
  for_each_range(pool, args.pixels, pixels_per_task, [&](Range pixels, int) {
    const int64_t base = picture * args.pixels;
    DPT_DISPATCH(apply_group_norm)(args, map, base + pixels.begin, base + pixels.end);
  });
}

}  // namespace

void layer_norm(ThreadPool& pool, const LayerNormArgs& args) {
  const int64_t rows_per_task =
      std::max<int64_t>(1, elements_per_task / std::max<int64_t>(args.width, 1));
  for_each_range(pool, args.rows, rows_per_task, [&](Range rows, int thread) {
    if (!args.parts) return DPT_DISPATCH(layer_norm_rows)(args, rows.begin, rows.end);
    auto* y = reinterpret_cast<float*>(
        pool.scratch(thread, static_cast<size_t>(args.width) * sizeof(float)));
    LayerNormArgs one = args;
    one.output = y;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      one.input = args.input + row * args.width;
      DPT_DISPATCH(layer_norm_rows)(one, 0, 1);
      store_parts(y, args.width, args.parts, row);
    }
  });
}

void group_norm(ThreadPool& pool, const GroupNormArgs& args) {
  for (int64_t n = 0; n < args.batch; ++n) group_norm_picture(pool, args, n);
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
