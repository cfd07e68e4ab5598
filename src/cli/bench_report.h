// The figures of `dpt bench` as a table, CSV or JSON, and its profile as tables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/measure.h"

namespace dpt::cli {

/// One number of threads.
struct BenchRow {
  std::string model, task;
  int64_t height = 0, width = 0;  ///< of the network's input
  int threads = 0;
  std::string precision;  ///< that the engine used
  runtime::Measurement figures;
};

std::string bench_table(const std::vector<BenchRow>& rows);

/// One line per row, with the fields of bench_json; the first line names them.
std::string bench_csv(const std::vector<BenchRow>& rows);

/// {"device", "cpu", "results": [{"model", "task", "height", "width", "threads", "precision",
/// "median_ms", "p90_ms", "min_ms", "load_ms", "first_ms", "peak_mb", "constants_mb",
/// "activations_mb", "gmac"}]}
std::string bench_json(const std::vector<BenchRow>& rows);

/// Two tables, by kind of operation and by module: steps, time, share, GFLOP/s (2 floating-point
/// operations per multiply-add).
std::string profile_text(const std::vector<backend::StepTime>& steps);

}  // namespace dpt::cli
