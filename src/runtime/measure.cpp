#include "runtime/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/machine/peak_memory.h"

namespace dpt::runtime {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t least_runs = 5;
constexpr double least_ms = 2000;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::vector<double> timed_runs(int wanted, const std::function<void()>& run) {
  std::vector<double> times;
  double total = 0;
  const auto enough = [&] {
    return wanted > 0 ? times.size() >= static_cast<size_t>(wanted)
                      : times.size() >= least_runs && total >= least_ms;
  };
  while (!enough()) {
    const Clock::time_point start = Clock::now();
    run();
    times.push_back(ms_since(start));
    total += times.back();
  }
  return times;
}

}  // namespace

Measured measure(const std::function<std::shared_ptr<runtime::Engine>()>& load, int threads,
                 const NetworkInput& input, const MeasureOptions& options) {
  Measured result;
  reset_peak_memory();
  const Clock::time_point start = Clock::now();
  result.session = std::make_unique<runtime::Session>(load(), threads);
  runtime::Session& session = *result.session;
  session.prepare(input.batch, input.height, input.width);
  result.figures.load_ms = ms_since(start);

  const auto run = [&](std::vector<backend::StepTime>* profile = nullptr) {
    result.output =
        session.run(input.values.data(), input.batch, input.height, input.width, profile);
  };
  std::vector<backend::StepTime> steps;
  run(&steps);
  result.figures.first_ms = ms_since(start);
  for (const backend::StepTime& step : steps) result.figures.gmac += step.multiply_adds / 1e9;
  for (int i = 1; i < options.warmup; ++i) run();
  result.figures.runs_ms = timed_runs(options.runs, [&] { run(); });
  result.figures.peak_mb = peak_memory_mb();
  result.figures.constants_mb = static_cast<double>(session.engine().constant_bytes()) / 1e6;
  result.figures.activations_mb = static_cast<double>(session.workspace_bytes()) / 1e6;
  return result;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], at - std::floor(at));
}

}  // namespace dpt::runtime
