// dpt eval segment
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>

#include "base/error.h"
#include "cli/eval_commands.h"
#include "cli/eval_run.h"
#include "cli/predictions.h"
#include "image/palette.h"
#include "image/read.h"
#include "task/segmentation.h"

namespace dpt::cli {

void add_eval_segment(CLI::App& eval, Command& chosen) {
  (void)eval;
  (void)chosen;
}

}  // namespace dpt::cli
