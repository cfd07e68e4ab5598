#include "backend/cpu/kernels/winograd/upsampled_conv.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/winograd/upsampled_conv.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/product/epilogue-inl.h"
#include "backend/cpu/kernels/ranges.h"
#include "backend/cpu/kernels/winograd/upsampled_conv_job.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

/// A weighted sum of rows of numbers. Three taps with two neighbours each; those outside the frame
/// are there with weight 0.
struct SixTerms {
  const float* from[6];
  float weight[6];

  /// at(k): the k-th of three lines of the enlarged map, or null outside; place(line, k): where the
  /// numbers of a line of the source lie.
  template <class At, class Place>
  static SixTerms of(const At& at, const Place& place) {
    const Tap* inside = at(1);  // always there
    SixTerms terms;
    for (int k = 0; k < 3; ++k) {
      const Tap* tap = at(k);
      const Tap& used = tap == nullptr ? *inside : *tap;
      terms.from[2 * k] = place(used.low, k);
      terms.from[2 * k + 1] = place(used.high, k);
      terms.weight[2 * k] = tap == nullptr ? 0 : 1 - used.weight;
      terms.weight[2 * k + 1] = tap == nullptr ? 0 : used.weight;
    }
    return terms;
  }

  template <class D>
  HWY_INLINE hn::Vec<D> sum(D d, int64_t i) const {
    auto result = hn::Mul(hn::LoadU(d, from[0] + i), hn::Set(d, weight[0]));
#pragma GCC unroll 5
    for (int k = 1; k < 6; ++k) {
      result = hn::MulAdd(hn::LoadU(d, from[k] + i), hn::Set(d, weight[k]), result);
    }
    return result;
  }
};

/// columns[source width][3 taps][channels]: the products of all rows of the kernel, interpolated
/// for line y of the output.
void interpolate_lines(const UpsampledConvJob& job, const float* products, int64_t y,
                       float* columns) {
  const F32 d;
  const hn::CappedTag<float, 1> one;
  const int64_t run = 3 * job.channels();
  const SixTerms terms = SixTerms::of(
      [&](int k) { return job.row_tap(y + k - 1); },
      [&](int64_t line, int k) { return products + line * job.line_floats() + k * run; });
  for (int64_t x = 0; x < job.args.source_width; ++x, columns += run) {
    const int64_t pixel = x * 3 * run;
    int64_t c = 0;
    for (; c + lanes <= run; c += lanes) hn::StoreU(terms.sum(d, pixel + c), d, columns + c);
    for (; c < run; ++c) hn::StoreU(terms.sum(one, pixel + c), one, columns + c);
  }
}

template <Activation kind>
void finish_line(const UpsampledConvJob& job, const float* columns, int64_t line, float* output) {
  const F32 d;
  const hn::CappedTag<float, 1> one;
  const int64_t channels = job.channels();
  const Epilogue& e = job.args.epilogue;
  for (int64_t x = 0; x < job.args.width; ++x) {
    const SixTerms terms =
        SixTerms::of([&](int k) { return job.column_tap(x + k - 1); },
                     [&](int64_t at, int k) { return columns + (3 * at + k) * channels; });
    const int64_t offset = (line * job.args.width + x) * channels;
    int64_t c = 0;
    for (; c + lanes <= channels; c += lanes) {
      finish_vector<kind>(d, terms.sum(d, c), e, c, offset + c, output);
    }
    for (; c < channels; ++c) {
      finish_vector<kind>(one, terms.sum(one, c), e, c, offset + c, output);
    }
  }
}

/// Line y of picture n of the output. `products`: of line 0 of the source, were it held.
void upsampled_line(const UpsampledConvJob& job, const float* products, int64_t n, int64_t y,
                    float* columns) {
  interpolate_lines(job, products, y, columns);
  const int64_t line = n * job.args.height + y;
  switch (job.args.epilogue.activation) {
    case Activation::none:
      return finish_line<Activation::none>(job, columns, line, job.args.output);
    case Activation::relu:
      return finish_line<Activation::relu>(job, columns, line, job.args.output);
    case Activation::gelu:
      return finish_line<Activation::gelu>(job, columns, line, job.args.output);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <stdexcept>

#include "backend/cpu/kernels/dispatch.h"

namespace dpt::cpu {

HWY_EXPORT(upsampled_line);

namespace {

// Results of a band: they are written once and read for about two lines of the output, from the
// third cache.
constexpr int64_t band_floats = int64_t{2} << 20;

/// The products of lines [lines.begin, lines.end) of picture n of the source.
void multiply_lines(ThreadPool& pool, const UpsampledConvJob& job, int64_t n, Range lines,
                    float* to) {
  const ConvArgs& a = job.args;
  const int64_t first = (n * a.source_height + lines.begin) * a.source_width;
  linear(pool, {.a = a.input + first * a.channels,
                .lda = a.channels,
                .rows = lines.size() * a.source_width,
                .weights = a.weights,
                .c = to,
                .ldc = 9 * job.channels()});
}

void convolve_picture(ThreadPool& pool, const UpsampledConvJob& job, int64_t n, int64_t band,
                      float* products) {
  const int64_t height = job.args.height;
  const auto columns_bytes =
      static_cast<size_t>(job.args.source_width * 3 * job.channels()) * sizeof(float);
  Range held;
  for (int64_t y = 0; y < height;) {
    const int64_t first = job.rows[static_cast<size_t>(std::max<int64_t>(y - 1, 0))].low;
    const auto last_needed = [&](int64_t line) {
      return job.rows[static_cast<size_t>(std::min(line + 1, height - 1))].high;
    };
    int64_t end = y + 1;
    while (end < height && last_needed(end) - first < band) ++end;
    const Range lines{first, last_needed(end - 1) + 1};
    // What the band before has left is kept.
    const int64_t fresh = std::clamp(held.end, lines.begin, lines.end);
    std::copy(products + (lines.begin - held.begin) * job.line_floats(),
              products + (fresh - held.begin) * job.line_floats(), products);
    held = lines;
    multiply_lines(pool, job, n, {fresh, lines.end},
                   products + (fresh - lines.begin) * job.line_floats());
    for_each_range(pool, end - y, 4, [&](Range some, int thread) {
      auto* columns = reinterpret_cast<float*>(pool.scratch(thread, columns_bytes));
      for (int64_t line = some.begin; line < some.end; ++line) {
        DPT_DISPATCH(upsampled_line)
        (job, products - lines.begin * job.line_floats(), n, y + line, columns);
      }
    });
    y = end;
  }
}

}  // namespace

PackedWeights pack_upsampled_conv(const WeightRows& weights, int64_t out, int64_t in,
                                  Arithmetic arithmetic) {
  Buffer<float> memory(static_cast<size_t>(9 * out * in), "weights");
  Buffer<float> taps(memory.size(), "weights");
  const float* filters = weights.get(0, out, in * 9, memory.data());
  for (int64_t o = 0; o < out; ++o) {
    for (int64_t c = 0; c < in; ++c) {
      for (int64_t tap = 0; tap < 9; ++tap) {
        taps[static_cast<size_t>((tap * out + o) * in + c)] = filters[(o * in + c) * 9 + tap];
      }
    }
  }
  return pack_linear(taps.data(), 9 * out, in, arithmetic);
}

void conv2d_of_upsampled(ThreadPool& pool, const ConvArgs& args) {
  if (args.relu_input || args.height < args.source_height || args.width < args.source_width) {
    throw std::logic_error("conv2d_of_upsampled: no such convolution");
  }
  const UpsampledConvJob job{
      .args = args,
      .rows = bilinear_taps(args.source_height, args.height, args.coordinates),
      .columns = bilinear_taps(args.source_width, args.width, args.coordinates)};
  // A line of the output needs up to four lines of the source.
  const int64_t band = std::max<int64_t>(4, band_floats / job.line_floats());
  auto* products = reinterpret_cast<float*>(
      pool.shared_scratch(static_cast<size_t>(band * job.line_floats()) * sizeof(float)));
  for (int64_t n = 0; n < args.batch; ++n) convolve_picture(pool, job, n, band, products);
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
