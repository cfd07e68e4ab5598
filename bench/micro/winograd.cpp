// Winograd's convolution; GFLOP/s of the direct convolution that it replaces, so the share of the
// peak may exceed 1.
#include "backend/cpu/kernels/winograd/winograd.h"

#include <benchmark/benchmark.h>

#include "base/machine/thread_pool.h"
#include "micro/report.h"

namespace dpt::cpu {
namespace {

/// size of the square map, channels in and out, threads.
void winograd_speed(benchmark::State& state) {
  const int64_t size = state.range(0), in = state.range(1), out = state.range(2);
  const auto threads = static_cast<int>(state.range(3));
  const auto input = random_values(size * size * in);
  const auto bias = random_values(out);
  std::vector<float> output(static_cast<size_t>(size * size * out));
  const WinogradWeights weights = pack_winograd(random_values(out * in * 9).data(), out, in);
  ThreadPool pool(threads);
  for (auto _ : state) {
    conv2d_winograd(pool, {.input = input.data(),
                           .height = size,
                           .width = size,
                           .channels = in,
                           .weights = &weights,
                           .epilogue = {.bias = bias.data(), .activation = Activation::relu},
                           .output = output.data()});
  }
  report_flops(state, 2.0 * 9 * size * size * in * out, threads);
}

void winograd_shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"map", "in", "out", "threads"})->UseRealTime();
  for (const int threads : {1, 2}) {
    for (const int map : {12, 24, 48, 96}) b->Args({map, 256, 256, threads});
    b->Args({48, 512, 256, threads});
    b->Args({24, 768, 256, threads});
    b->Args({12, 768, 256, threads});
    b->Args({192, 256, 128, threads});
    b->Args({384, 128, 32, threads});
    b->Args({96, 64, 64, threads});
    b->Args({48, 128, 128, threads});
  }
}
BENCHMARK(winograd_speed)->Apply(winograd_shapes);

}  // namespace
}  // namespace dpt::cpu
