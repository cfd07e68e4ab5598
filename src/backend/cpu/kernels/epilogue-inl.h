// Stores finished sums, for the instruction set being compiled.
#if defined(DPT_CPU_EPILOGUE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_EPILOGUE_INL_H
#undef DPT_CPU_EPILOGUE_INL_H
#else
#define DPT_CPU_EPILOGUE_INL_H
#endif

#include <cstdint>

#include "backend/cpu/kernels/activation-inl.h"
#include "backend/cpu/kernels/gemm.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The vector of output elements that starts at `offset` of the output, in column `column`.
template <Activation kind, class D>
HWY_INLINE void finish_vector(D d, const float* sums, const Epilogue& e, int64_t column,
                              int64_t offset, float* output) {
  auto v = hn::LoadU(d, sums);
  if (e.bias != nullptr) v = hn::Add(v, hn::LoadU(d, e.bias + column));
  v = activate_vector<kind>(d, v);
  if (e.residual[0] != nullptr) v = hn::Add(v, hn::LoadU(d, e.residual[0] + offset));
  if (e.residual[1] != nullptr) v = hn::Add(v, hn::LoadU(d, e.residual[1] + offset));
  hn::StoreU(v, d, output + offset);
}

template <Activation kind>
void finish_row_as(const float* sums, const Epilogue& e, int64_t column, int64_t count,
                   int64_t offset, float* output) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + n <= count; i += n) {
    finish_vector<kind>(d, sums + i, e, column + i, offset + i, output);
  }
  for (; i < count; ++i) finish_vector<kind>(one, sums + i, e, column + i, offset + i, output);
}

/// output[offset + i] = epilogue(sums[i]) for i in [0, count), columns [column, column + count).
inline void finish_row(const float* sums, const Epilogue& e, int64_t column, int64_t count,
                       int64_t offset, float* output) {
  switch (e.activation) {
    case Activation::none:
      return finish_row_as<Activation::none>(sums, e, column, count, offset, output);
    case Activation::relu:
      return finish_row_as<Activation::relu>(sums, e, column, count, offset, output);
    case Activation::gelu:
      return finish_row_as<Activation::gelu>(sums, e, column, count, offset, output);
  }
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
