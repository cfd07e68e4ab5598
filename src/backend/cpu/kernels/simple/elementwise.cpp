#include "backend/cpu/kernels/simple/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/simple/elementwise.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "backend/cpu/kernels/simple/activation-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One struct per operation: operator()(d, i) computes the vector of elements that starts at i.

struct Add {
  const float *a, *b;
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, int64_t i) const {
    return hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
  }
};

template <Activation kind>
struct Activate {
  const float* input;
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, int64_t i) const {
    return activate_vector<kind>(d, hn::LoadU(d, input + i));
  }
};

struct ScaleShift {
  const float *input, *scale, *shift;
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, int64_t i) const {
    return hn::MulAdd(hn::LoadU(d, input + i), hn::LoadU(d, scale + i), hn::LoadU(d, shift + i));
  }
};

struct InvertDepth {
  const float* input;
  float scale, shift;
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, int64_t i) const {
    const auto x = hn::MulAdd(hn::LoadU(d, input + i), hn::Set(d, scale), hn::Set(d, shift));
    return hn::Div(hn::Set(d, 1.0F), hn::Max(hn::Set(d, 1e-8F), x));
  }
};

template <class Operation>
HWY_INLINE void for_each_vector(const Operation& operation, int64_t count, float* output) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + n <= count; i += n) hn::StoreU(operation(d, i), d, output + i);
  for (; i < count; ++i) hn::StoreU(operation(one, i), one, output + i);
}

void add_range(const float* a, const float* b, int64_t count, float* output) {
  for_each_vector(Add{a, b}, count, output);
}

void activate_range(Activation activation, const float* input, int64_t count, float* output) {
  switch (activation) {
    case Activation::none:
      return for_each_vector(Activate<Activation::none>{input}, count, output);
    case Activation::relu:
      return for_each_vector(Activate<Activation::relu>{input}, count, output);
    case Activation::gelu:
      return for_each_vector(Activate<Activation::gelu>{input}, count, output);
  }
}

void scale_rows(const float* input, int64_t rows, int64_t channels, const float* scale,
                const float* shift, float* output) {
  for (int64_t r = 0; r < rows; ++r) {
    for_each_vector(ScaleShift{input + r * channels, scale, shift}, channels,
                    output + r * channels);
  }
}

void invert_depth_range(const float* input, int64_t count, float scale, float shift,
                        float* output) {
  for_each_vector(InvertDepth{input, scale, shift}, count, output);
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"
#include "backend/cpu/kernels/ranges.h"

namespace dpt::cpu {

HWY_EXPORT(add_range);
HWY_EXPORT(activate_range);
HWY_EXPORT(scale_rows);
HWY_EXPORT(invert_depth_range);

namespace {

// 64 KiB per operand: long enough to hide the hand-out, short enough to even out the threads.
constexpr int64_t elements_per_task = 16384;

}  // namespace

void add(ThreadPool& pool, const float* a, const float* b, int64_t count, float* output) {
  for_each_range(pool, count, elements_per_task, [&](Range range, int) {
    const int64_t i = range.begin;
    DPT_DISPATCH(add_range)(a + i, b + i, range.size(), output + i);
  });
}

void activate(ThreadPool& pool, Activation activation, const float* input, int64_t count,
              float* output) {
  for_each_range(pool, count, elements_per_task, [&](Range range, int) {
    const int64_t i = range.begin;
    DPT_DISPATCH(activate_range)(activation, input + i, range.size(), output + i);
  });
}

void scale_channels(ThreadPool& pool, const float* input, int64_t rows, int64_t channels,
                    const float* scale, const float* shift, float* output) {
  const int64_t rows_per_task = std::max<int64_t>(1, elements_per_task / channels);
  for_each_range(pool, rows, rows_per_task, [&](Range range, int) {
    const int64_t i = range.begin * channels;
    DPT_DISPATCH(scale_rows)(input + i, range.size(), channels, scale, shift, output + i);
  });
}

void invert_depth(ThreadPool& pool, const float* input, int64_t count, float scale, float shift,
                  float* output) {
  for_each_range(pool, count, elements_per_task, [&](Range range, int) {
    const int64_t i = range.begin;
    DPT_DISPATCH(invert_depth_range)(input + i, range.size(), scale, shift, output + i);
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
