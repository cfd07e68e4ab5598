// Activations and exponentials on vectors, for the instruction set being compiled.
#if defined(DPT_CPU_ACTIVATION_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_ACTIVATION_INL_H
#undef DPT_CPU_ACTIVATION_INL_H
#else
#define DPT_CPU_ACTIVATION_INL_H
#endif

#include "backend/cpu/kernels/product/gemm.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// erf(x), largest error 1.6e-7: x * P(x^2) with the minimax P of degree 15 on |x| <= 3.92, in
/// t = x^2 * 2 / 3.92^2 - 1 (centred, so that no coefficient is large); beyond, +-1 exactly.
/// Coefficients: weighted least squares, reweighted until the error is level (2.0e-8 in exact
/// arithmetic).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V erf(D d, V x) {
  constexpr float limit = 3.92F;
  constexpr float p[] = {0.360736817F,   -0.180108637F,   0.134084269F,   -0.109178498F,
                         0.0906023085F,  -0.0740301684F,  0.0583584942F,  -0.0433746837F,
                         0.0298208352F,  -0.020180434F,   0.0140048908F,  -0.00737194903F,
                         0.00208712439F, -0.00161869358F, 0.00204576529F, -0.000775411783F};
  const V t = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 2 / (limit * limit)), hn::Set(d, -1.0F));
  V sum = hn::Set(d, p[15]);
#pragma GCC unroll 16
  for (int i = 14; i >= 0; --i) sum = hn::MulAdd(sum, t, hn::Set(d, p[i]));
  const auto beyond = hn::Gt(hn::Abs(x), hn::Set(d, limit));
  return hn::IfThenElse(beyond, hn::CopySign(hn::Set(d, 1.0F), x), hn::Mul(sum, x));
}

/// 2^x for x <= 0, relative error below 2.2e-7; x < -126 counts as -126. NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp2_of_negative(D d, V x) {
  // Minimax polynomial of 2^r on |r| <= 1/2, relative error 7.5e-8 in exact arithmetic.
  constexpr float p[] = {1.0000001F,  0.69314694F,  0.2402212F,
                         0.05550713F, 0.009675541F, 0.0013276472F};
  const V least = hn::Set(d, -126.0F);
  x = hn::IfThenElse(hn::Lt(x, least), least, x);
  const V whole = hn::Round(x);
  const V r = hn::Sub(x, whole);
  V sum = hn::Set(d, p[5]);
#pragma GCC unroll 8
  for (int i = 4; i >= 0; --i) sum = hn::MulAdd(sum, r, hn::Set(d, p[i]));
  const hn::RebindToSigned<D> di;
  const auto exponent = hn::Add(hn::ConvertTo(di, whole), hn::Set(di, 127));
  return hn::Mul(sum, hn::BitCast(d, hn::ShiftLeft<23>(exponent)));
}

/// Exact GELU, x/2 * (1 + erf(x / sqrt(2))).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V gelu(D d, V x) {
  constexpr float half_sqrt2 = 0.70710678F;
  const V half = hn::Mul(hn::Set(d, 0.5F), x);
  return hn::MulAdd(half, erf(d, hn::Mul(x, hn::Set(d, half_sqrt2))), half);
}

template <Activation kind, class D, class V = hn::Vec<D>>
HWY_INLINE V activate_vector(D d, V x) {
  // A comparison and not a maximum: NaN stays NaN under every instruction set.
  if constexpr (kind == Activation::relu) return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);
  if constexpr (kind == Activation::gelu) return gelu(d, x);
  return x;
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
