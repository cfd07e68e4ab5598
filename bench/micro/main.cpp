// dpt_micro: speed of the CPU kernels, one line per shape; takes Google Benchmark's options.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <string>

#include "backend/cpu/kernels/instruction_set.h"
#include "base/machine/cpu.h"
#include "micro/peak.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("processor", dpt::cpu_name());
  benchmark::AddCustomContext("instruction set", std::string(dpt::cpu::instruction_set()));
  benchmark::AddCustomContext("register peak of one core",
                              fmt::format("{:.1f} GFLOP/s", dpt::cpu::measure_peak_flops() / 1e9));
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
