#include "runtime/profile.h"

#include <algorithm>
#include <map>

namespace dpt::runtime {

namespace {

using Sums = std::map<std::string, StepSum>;

void add(const backend::StepTime& step, const std::string& name, Sums& sums) {
  StepSum& sum = sums[name];
  sum.name = name;
  ++sum.steps;
  sum.seconds += step.seconds;
  sum.multiply_adds += step.multiply_adds;
}

/// Those that take equally long, by name.
std::vector<StepSum> longest_first(const Sums& sums) {
  std::vector<StepSum> sorted;
  sorted.reserve(sums.size());
  for (const auto& [name, sum] : sums) sorted.push_back(sum);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
  return sorted;
}

}  // namespace

std::vector<StepSum> sum_by_operation(const std::vector<backend::StepTime>& steps) {
  Sums sums;
  for (const backend::StepTime& step : steps) add(step, step.operation, sums);
  return longest_first(sums);
}

std::vector<StepSum> sum_by_module(const std::vector<backend::StepTime>& steps) {
  std::vector<std::string> names(steps.size());
  std::string module = "output";
  for (size_t i = steps.size(); i-- > 0;) {
    if (!steps[i].name.empty()) module = steps[i].name;
    names[i] = module;
  }
  Sums sums;
  for (size_t i = 0; i < steps.size(); ++i) add(steps[i], names[i], sums);
  return longest_first(sums);
}

}  // namespace dpt::runtime
