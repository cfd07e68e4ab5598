// Matrix products and convolutions at the shapes of DPT-Hybrid and DPT-Large.
#include "backend/cpu/kernels/product/gemm.h"

#include <benchmark/benchmark.h>

#include "base/machine/thread_pool.h"
#include "micro/report.h"

namespace dpt::cpu {
namespace {

/// rows, depth, columns, arithmetic, threads.
void linear_speed(benchmark::State& state) {
  const int64_t rows = state.range(0), depth = state.range(1), columns = state.range(2);
  const auto arithmetic = static_cast<Arithmetic>(state.range(3));
  const auto threads = static_cast<int>(state.range(4));
  if (skips(state, arithmetic)) return;
  const auto a = random_values(rows * depth);
  const auto bias = random_values(columns);
  std::vector<float> c(static_cast<size_t>(rows * columns));
  const PackedWeights weights =
      pack_linear(random_values(columns * depth).data(), columns, depth, arithmetic);
  ThreadPool pool(threads);
  for (auto _ : state) {
    linear(pool, {.a = a.data(),
                  .lda = depth,
                  .rows = rows,
                  .weights = &weights,
                  .epilogue = {.bias = bias.data()},
                  .c = c.data(),
                  .ldc = columns});
  }
  report_flops(state, 2.0 * rows * depth * columns, threads);
}

void linear_shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"rows", "depth", "columns", "arithmetic", "threads"})->UseRealTime();
  for_each_setup([&](int64_t arithmetic, int64_t threads) {
    b->Args({577, 768, 2304, arithmetic, threads});
    b->Args({577, 768, 768, arithmetic, threads});
    b->Args({577, 768, 3072, arithmetic, threads});
    b->Args({577, 3072, 768, arithmetic, threads});
    b->Args({577, 1024, 4096, arithmetic, threads});
    b->Args({577, 4096, 1024, arithmetic, threads});
    b->Args({9216, 64, 256, arithmetic, threads});
    b->Args({9216, 256, 64, arithmetic, threads});
    b->Args({36864, 256, 150, arithmetic, threads});
    b->Args({147456, 32, 1, arithmetic, threads});
    b->Args({1, 768, 768, arithmetic, threads});
  });
}
BENCHMARK(linear_speed)->Apply(linear_shapes);

/// size of the square map, channels in and out, kernel, stride, arithmetic, threads.
void conv_speed(benchmark::State& state) {
  const int64_t size = state.range(0), in = state.range(1), out = state.range(2);
  const int64_t kernel = state.range(3), stride = state.range(4);
  const auto arithmetic = static_cast<Arithmetic>(state.range(5));
  const auto threads = static_cast<int>(state.range(6));
  if (skips(state, arithmetic)) return;
  const int64_t out_size = size / stride;
  const auto input = random_values(size * size * in);
  const auto bias = random_values(out);
  std::vector<float> output(static_cast<size_t>(out_size * out_size * out));
  const PackedWeights weights = pack_conv(random_values(out * in * kernel * kernel).data(), out, in,
                                          kernel, kernel, arithmetic);
  ThreadPool pool(threads);
  for (auto _ : state) {
    conv2d(pool, {.input = input.data(),
                  .height = size,
                  .width = size,
                  .channels = in,
                  .kernel_h = kernel,
                  .kernel_w = kernel,
                  .stride = stride,
                  .pad_top = (kernel - 1) / 2,
                  .pad_left = (kernel - 1) / 2,
                  .out_height = out_size,
                  .out_width = out_size,
                  .weights = &weights,
                  .epilogue = {.bias = bias.data(), .activation = Activation::relu},
                  .output = output.data()});
  }
  report_flops(state, 2.0 * out_size * out_size * in * out * kernel * kernel, threads);
}

void conv_shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"map", "in", "out", "kernel", "stride", "arithmetic", "threads"})->UseRealTime();
  for_each_setup([&](int64_t arithmetic, int64_t threads) {
    for (const int map : {12, 24, 48, 96}) b->Args({map, 256, 256, 3, 1, arithmetic, threads});
    b->Args({48, 512, 256, 3, 1, arithmetic, threads});
    b->Args({24, 768, 256, 3, 1, arithmetic, threads});
    b->Args({192, 256, 128, 3, 1, arithmetic, threads});
    b->Args({384, 128, 32, 3, 1, arithmetic, threads});
    b->Args({96, 64, 64, 3, 1, arithmetic, threads});
    b->Args({48, 128, 128, 3, 1, arithmetic, threads});
    b->Args({24, 768, 768, 3, 2, arithmetic, threads});
    b->Args({384, 3, 64, 7, 2, arithmetic, threads});
    b->Args({96, 256, 512, 1, 2, arithmetic, threads});
  });
}
BENCHMARK(conv_speed)->Apply(conv_shapes);

}  // namespace
}  // namespace dpt::cpu
