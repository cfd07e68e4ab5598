// The sub-commands of `dpt eval`, each in its own file.
#pragma once

#include "cli/command.h"

namespace dpt::cli {

void add_eval_depth(Parser& eval, Command& chosen);
void add_eval_segment(Parser& eval, Command& chosen);
void add_eval_merge(Parser& eval, Command& chosen);

}  // namespace dpt::cli
