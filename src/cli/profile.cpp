#include "cli/profile.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>

namespace dpt::cli {

namespace {

struct Total {
  size_t steps = 0;
  double seconds = 0;
  double multiply_adds = 0;
};

using Totals = std::vector<std::pair<std::string, Total>>;

Totals sum_by(const std::vector<backend::StepTime>& steps,
              const std::function<std::string(const backend::StepTime&)>& group_of) {
  std::map<std::string, Total> groups;
  for (const backend::StepTime& step : steps) {
    Total& total = groups[group_of(step)];
    ++total.steps;
    total.seconds += step.seconds;
    total.multiply_adds += step.multiply_adds;
  }
  Totals totals(groups.begin(), groups.end());
  std::stable_sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
    return a.second.seconds > b.second.seconds;
  });
  return totals;
}

/// Names every step by its module. A graph names the value that a module ends with, so the steps
/// before it without a name belong to it.
std::vector<backend::StepTime> name_all(std::vector<backend::StepTime> steps) {
  std::string module = "output";
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (step->name.empty()) step->name = module;
    module = step->name;
  }
  return steps;
}

std::string rate_text(const Total& total) {
  if (total.multiply_adds == 0 || total.seconds == 0) return "";
  return fmt::format("{:.1f}", 2e-9 * total.multiply_adds / total.seconds);
}

std::string table(const char* title, const Totals& totals) {
  Total all;
  for (const auto& [name, total] : totals) all.seconds += total.seconds;
  std::string text =
      fmt::format("{:<28} {:>6} {:>10} {:>7} {:>9}\n", title, "steps", "ms", "share", "GFLOP/s");
  for (const auto& [name, total] : totals) {
    const double share = all.seconds > 0 ? 100 * total.seconds / all.seconds : 0;
    text += fmt::format("{:<28} {:>6} {:>10.3f} {:>6.1f}% {:>9}\n", name, total.steps,
                        total.seconds * 1e3, share, rate_text(total));
  }
  return text;
}

}  // namespace

std::string profile_text(const std::vector<backend::StepTime>& steps) {
  const auto operation = [](const backend::StepTime& step) { return step.operation; };
  const auto module = [](const backend::StepTime& step) { return step.name; };
  return fmt::format("{}\n{}", table("operation", sum_by(steps, operation)),
                     table("module", sum_by(name_all(steps), module)));
}

}  // namespace dpt::cli
