// A file where a command is expected: `dpt photo.jpg`.
#pragma once

#include <string>
#include <vector>

#include "cli/parse.h"

namespace dpt::cli {

/// Throws Error(usage), which names the command for it, when the first argument is an existing file
/// or folder and no command.
void refuse_file_as_command(const Parser& program, const std::vector<std::string>& arguments);

}  // namespace dpt::cli
