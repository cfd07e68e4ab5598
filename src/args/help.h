// What --help prints.
#pragma once

#include <cstddef>
#include <string>

#include "args/parser.h"

namespace dpt::args {

/// Description, usage, options under their headings, commands, and the footer; no line of prose is
/// longer than `columns`.
std::string help_text(const Parser& command, size_t columns);

/// An option's description with what its value may be, where that is not said.
std::string full_description(const Option& option);

}  // namespace dpt::args
