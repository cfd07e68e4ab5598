// The sub-commands of `dpt eval`, each in its own file.
#pragma once

#include "cli/command.h"

namespace dpt::cli {

void add_eval_depth(CLI::App& eval, Command& chosen);
void add_eval_segment(CLI::App& eval, Command& chosen);
void add_eval_merge(CLI::App& eval, Command& chosen);

}  // namespace dpt::cli
