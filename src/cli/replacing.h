// Earlier results under the names that this run's will have.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "batch/existing.h"
#include "cli/batch.h"
#include "cli/console.h"
#include "cli/parse.h"

namespace dpt::cli {

/// --overwrite: "ask", "yes" or "no".
void add_overwrite_option(Parser& command, std::string& overwrite);

using batch::Overwrite;

/// What --overwrite says. Not given (empty): ask where a person can answer, which is where standard
/// input and standard error are terminals, else yes. Throws Error(usage) for "ask" where nobody
/// can.
Overwrite overwrite_rule(const std::string& overwrite);

/// Leaves out the jobs of which a result is there already and may not be replaced, which a message
/// tells. A person is asked once for all of them. Gives how many were left out.
size_t leave_out_existing(std::vector<Job>& jobs, Overwrite rule, Console& console);

/// The same for what is written together: whether it may be.
bool may_write(std::vector<std::filesystem::path> outputs, Overwrite rule, Console& console);

}  // namespace dpt::cli
