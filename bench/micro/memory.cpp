// Kernels that memory bounds: normalisation, resampling, element by element.
#include <benchmark/benchmark.h>

#include "backend/cpu/kernels/simple/elementwise.h"
#include "backend/cpu/kernels/simple/norm.h"
#include "backend/cpu/kernels/simple/resample.h"
#include "base/machine/thread_pool.h"
#include "micro/report.h"

namespace dpt::cpu {
namespace {

using Floats = std::vector<float>;

/// count, threads: reads and writes each element.
void gelu_speed(benchmark::State& state) {
  const int64_t count = state.range(0);
  const Floats x = random_values(count);
  Floats y(x.size());
  ThreadPool pool(static_cast<int>(state.range(1)));
  for (auto _ : state) activate(pool, Activation::gelu, x.data(), count, y.data());
  report_bytes(state, 8.0 * static_cast<double>(count));
}
BENCHMARK(gelu_speed)
    ->ArgNames({"count", "threads"})
    ->ArgsProduct({{4096, 577 * 3072}, {1, 2}})
    ->UseRealTime();

/// rows, width, threads.
void layer_norm_speed(benchmark::State& state) {
  const int64_t rows = state.range(0), width = state.range(1);
  const Floats x = random_values(rows * width);
  const Floats gamma = random_values(width);
  Floats y(x.size());
  ThreadPool pool(static_cast<int>(state.range(2)));
  for (auto _ : state) {
    layer_norm(pool, {.input = x.data(),
                      .rows = rows,
                      .width = width,
                      .gamma = gamma.data(),
                      .beta = gamma.data(),
                      .output = y.data()});
  }
  report_bytes(state, 8.0 * static_cast<double>(rows * width));
}
BENCHMARK(layer_norm_speed)
    ->ArgNames({"rows", "width", "threads"})
    ->ArgsProduct({{577}, {768, 1024}, {1, 2}})
    ->UseRealTime();

/// size of the square map, channels, threads: two reads (sums, result) and one write.
void group_norm_speed(benchmark::State& state) {
  const int64_t pixels = state.range(0) * state.range(0), channels = state.range(1);
  const Floats x = random_values(pixels * channels);
  const Floats gamma = random_values(channels);
  Floats y(x.size());
  ThreadPool pool(static_cast<int>(state.range(2)));
  for (auto _ : state) {
    group_norm(pool, {.input = x.data(),
                      .pixels = pixels,
                      .channels = channels,
                      .gamma = gamma.data(),
                      .beta = gamma.data(),
                      .relu = true,
                      .output = y.data()});
  }
  report_bytes(state, 12.0 * static_cast<double>(pixels * channels));
}
BENCHMARK(group_norm_speed)
    ->ArgNames({"map", "channels", "threads"})
    ->Args({192, 64, 1})
    ->Args({96, 256, 1})
    ->Args({24, 1024, 1})
    ->Args({192, 64, 2})
    ->Args({96, 256, 2})
    ->Args({24, 1024, 2})
    ->UseRealTime();

/// size of the square map, channels, threads: doubles it; one read, four writes.
void bilinear_speed(benchmark::State& state) {
  const int64_t size = state.range(0), channels = state.range(1);
  const Floats x = random_values(size * size * channels);
  Floats y(x.size() * 4);
  ThreadPool pool(static_cast<int>(state.range(2)));
  for (auto _ : state) {
    bilinear(pool, {.input = x.data(),
                    .height = size,
                    .width = size,
                    .channels = channels,
                    .out_height = 2 * size,
                    .out_width = 2 * size,
                    .output = y.data()});
  }
  report_bytes(state, 20.0 * static_cast<double>(x.size()));
}
BENCHMARK(bilinear_speed)
    ->ArgNames({"map", "channels", "threads"})
    ->Args({96, 256, 1})
    ->Args({192, 128, 1})
    ->Args({240, 150, 1})
    ->Args({96, 256, 2})
    ->Args({192, 128, 2})
    ->Args({240, 150, 2})
    ->UseRealTime();

}  // namespace
}  // namespace dpt::cpu
