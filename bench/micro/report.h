// How the benchmarks state their results.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "backend/cpu/kernels/arithmetic.h"
#include "micro/peak.h"

namespace dpt::cpu {

/// Adds GFLOP/s and the share of the peak of the threads used.
inline void report_flops(benchmark::State& state, double flops, int threads) {
  static const double peak = measure_peak_flops();
  const double total = flops * static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(total / 1e9, benchmark::Counter::kIsRate);
  state.counters["of_peak"] =
      benchmark::Counter(total / (peak * threads), benchmark::Counter::kIsRate);
}

/// Adds GB/s, bytes read plus bytes written, and the share of one core's copying speed.
inline void report_bytes(benchmark::State& state, double bytes) {
  static const double peak = measure_copy_bandwidth();
  const double total = bytes * static_cast<double>(state.iterations());
  state.counters["GB/s"] = benchmark::Counter(total / 1e9, benchmark::Counter::kIsRate);
  state.counters["of_copy"] = benchmark::Counter(total / peak, benchmark::Counter::kIsRate);
}

/// True, with the reason given, where the processor has no unit for the arithmetic.
inline bool skips(benchmark::State& state, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::fp32 || has_unit_for(arithmetic)) return false;
  state.SkipWithError("no unit for this arithmetic");
  return true;
}

/// Calls body(arithmetic, threads) for what the networks use.
template <typename Body>
void for_each_setup(const Body& body) {
  for (const Arithmetic arithmetic :
       {Arithmetic::fp32, Arithmetic::bf16, Arithmetic::bf16x3, Arithmetic::int8}) {
    for (const int64_t threads : {1, 2}) body(static_cast<int64_t>(arithmetic), threads);
  }
}

inline std::vector<float> random_values(int64_t count) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(generator);
  return values;
}

}  // namespace dpt::cpu
