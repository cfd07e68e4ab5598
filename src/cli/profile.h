// Where the time of a run goes.
#pragma once

#include <string>
#include <vector>

#include "runtime/session.h"

namespace dpt::cli {

/// Two tables, by kind of operation and by module, longest first: steps, time, share, GFLOP/s
/// (2 floating-point operations per multiply-add).
std::string profile_text(const std::vector<backend::StepTime>& steps);

}  // namespace dpt::cli
