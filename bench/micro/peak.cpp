#include "micro/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "micro/peak.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Runs `steps` rounds of 12 independent chains; returns the number of operations. `sink` keeps the
/// compiler from dropping them.
int64_t multiply_add_rounds(int64_t steps, float* sink) {
  const hn::ScalableTag<float> d;
  constexpr int chains = 12;
  hn::Vec<decltype(d)> sum[chains];
  for (auto& s : sum) s = hn::Set(d, sink[0]);
  const auto x = hn::Set(d, sink[1]);
  const auto y = hn::Set(d, sink[2]);
  for (int64_t step = 0; step < steps; ++step) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sum[i] = hn::MulAdd(sum[i], x, y);
  }
  auto total = hn::Zero(d);
  for (const auto& s : sum) total = hn::Add(total, s);
  sink[3] = hn::GetLane(total);
  return steps * chains * 2 * static_cast<int64_t>(hn::Lanes(d));
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <chrono>
#include <cstring>

#include "backend/cpu/kernels/dispatch.h"
#include "base/buffer.h"

namespace dpt::cpu {

HWY_EXPORT(multiply_add_rounds);

namespace {

constexpr int repetitions = 40;

template <typename Body>
double best_rate(const Body& body) {
  double best = 0;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const auto amount = static_cast<double>(body());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, amount / seconds.count());
  }
  return best;
}

}  // namespace

double measure_peak_flops() {
  float sink[4] = {1.0F, 0.5F, 0.25F, 0.0F};
  return best_rate([&] { return DPT_DISPATCH(multiply_add_rounds)(1000000, sink); });
}

double measure_copy_bandwidth() {
  constexpr size_t bytes = size_t{128} << 20;
  Buffer<char> from(bytes), to(bytes);
  std::memset(from.data(), 1, bytes);
  return best_rate([&] {
    std::memcpy(to.data(), from.data(), bytes);
    return 2 * bytes;
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
