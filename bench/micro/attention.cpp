// Multi-head attention at the sizes of DPT-Hybrid (384 and 480 pixels) and DPT-Large.
#include "backend/cpu/kernels/attention.h"

#include <benchmark/benchmark.h>

#include "base/thread_pool.h"
#include "micro/report.h"

namespace dpt::cpu {
namespace {

/// tokens, heads of 64, threads. Counts the two products only, so the exponentials lower the share.
void attention_speed(benchmark::State& state) {
  const int64_t tokens = state.range(0), heads = state.range(1), width = heads * 64;
  const auto threads = static_cast<int>(state.range(2));
  const auto qkv = random_values(tokens * 3 * width);
  std::vector<float> output(static_cast<size_t>(tokens * width));
  ThreadPool pool(threads);
  for (auto _ : state) {
    attention(pool, {.qkv = qkv.data(),
                     .batch = 1,
                     .tokens = tokens,
                     .width = width,
                     .heads = heads,
                     .output = output.data()});
  }
  report_flops(state, 4.0 * tokens * tokens * width, threads);
}
BENCHMARK(attention_speed)
    ->ArgNames({"tokens", "heads", "threads"})
    ->ArgsProduct({{577, 901}, {12, 16}, {1, 2}})
    ->UseRealTime();

}  // namespace
}  // namespace dpt::cpu
