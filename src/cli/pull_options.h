// The options of `dpt models pull`.
#pragma once

#include <string>
#include <vector>

#include "cli/parse.h"

namespace dpt::cli {

struct PullOptions {
  std::vector<std::string> names;
  bool quiet = false;
};

/// Adds "pull" to `models`.
Parser& add_pull_command(Parser& models, PullOptions& options);

}  // namespace dpt::cli
