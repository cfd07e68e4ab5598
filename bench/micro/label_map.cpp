// The labels of a picture, from class maps at half the network's size: the end of `dpt segment`.
#include "task/label_map.h"

#include <benchmark/benchmark.h>

#include <cmath>

#include "micro/report.h"

namespace dpt::task {
namespace {

constexpr int classes = 150;

/// Noise, or regions of one class with smooth borders as a network gives them.
std::vector<float> class_maps(int size, bool regions) {
  std::vector<float> maps = cpu::random_values(int64_t{size} * size * classes);
  for (size_t i = 0; regions && i < maps.size(); ++i) {
    const auto pixel = static_cast<int>(i / classes);
    const int c = static_cast<int>(i % classes), x = pixel % size, y = pixel / size;
    const double across = 9.0 * x / size - 0.7 * c, down = 7.0 * y / size - 1.3 * c;
    maps[i] = 0.1F * maps[i] + static_cast<float>(9 * std::exp(-0.05 * c) *
                                                  std::cos(across + down) * std::cos(down));
  }
  return maps;
}

/// Size of the square maps, width and height of the picture, threads; from noise, from regions
/// (most blocks are settled) or from regions with scores (none is).
void label_map_speed(benchmark::State& state, bool regions, bool with_scores) {
  const auto size = static_cast<int>(state.range(0));
  const std::vector<float> maps = class_maps(size, regions);
  image::Labels labels(static_cast<int>(state.range(1)), static_cast<int>(state.range(2)));
  image::Plane scores(labels.width(), labels.height());
  ThreadPool pool(static_cast<int>(state.range(3)));
  for (auto _ : state) {
    label_map(pool, {maps.data(), size, size, classes, {2 * size, 2 * size}},
              image::PlaneFilter::bicubic, labels, with_scores ? &scores : nullptr);
  }
  const double pixels =
      static_cast<double>(labels.size()) * static_cast<double>(state.iterations());
  state.counters["Mpixel/s"] = benchmark::Counter(pixels / 1e6, benchmark::Counter::kIsRate);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"maps", "width", "height", "threads"})
      ->Args({240, 640, 480, 1})
      ->Args({240, 2048, 1536, 1})
      ->Args({240, 4000, 3000, 1})
      ->Args({240, 2048, 1536, 2})
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}
BENCHMARK_CAPTURE(label_map_speed, noise, false, false)->Apply(sizes);
BENCHMARK_CAPTURE(label_map_speed, regions, true, false)->Apply(sizes);
BENCHMARK_CAPTURE(label_map_speed, with_scores, true, true)->Apply(sizes);

}  // namespace
}  // namespace dpt::task
