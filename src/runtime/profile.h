// Where the time of a run goes: its steps, summed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace dpt::runtime {

/// The steps that have one name in common.
struct StepSum {
  std::string name;
  size_t steps = 0;
  double seconds = 0;
  double multiply_adds = 0;
};

/// By kind of operation ("conv2d"), the longest first.
std::vector<StepSum> sum_by_operation(const std::vector<backend::StepTime>& steps);

/// By module, the longest first. A graph names the value that a module ends with, so the steps
/// before it without a name are the module's; those behind the last name are "output".
std::vector<StepSum> sum_by_module(const std::vector<backend::StepTime>& steps);

}  // namespace dpt::runtime
