// Multi-head attention at the sizes of DPT-Hybrid (384 and 480 pixels) and DPT-Large.
#include "backend/cpu/kernels/attention/attention.h"

#include <benchmark/benchmark.h>

#include "base/machine/thread_pool.h"
#include "micro/report.h"

namespace dpt::cpu {
namespace {

/// tokens, heads of 64, arithmetic, threads. Counts the two products only, so the exponentials
/// lower the share.
void attention_speed(benchmark::State& state) {
  const int64_t tokens = state.range(0), heads = state.range(1), width = heads * 64;
  const auto arithmetic = static_cast<Arithmetic>(state.range(2));
  const auto threads = static_cast<int>(state.range(3));
  if (skips(state, arithmetic)) return;
  const auto qkv = random_values(tokens * 3 * width);
  std::vector<float> output(static_cast<size_t>(tokens * width));
  ThreadPool pool(threads);
  for (auto _ : state) {
    attention(pool, {.qkv = qkv.data(),
                     .batch = 1,
                     .tokens = tokens,
                     .width = width,
                     .heads = heads,
                     .output = output.data(),
                     .arithmetic = arithmetic});
  }
  report_flops(state, 4.0 * tokens * tokens * width, threads);
}

void attention_shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"tokens", "heads", "arithmetic", "threads"})->UseRealTime();
  for_each_setup([&](int64_t arithmetic, int64_t threads) {
    if (static_cast<Arithmetic>(arithmetic) == Arithmetic::int8) return;
    for (const int64_t tokens : {577, 901}) {
      for (const int64_t heads : {12, 16}) b->Args({tokens, heads, arithmetic, threads});
    }
  });
}
BENCHMARK(attention_speed)->Apply(attention_shapes);

}  // namespace
}  // namespace dpt::cpu
