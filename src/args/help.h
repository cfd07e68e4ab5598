// What --help prints.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "args/parser.h"

namespace dpt::args {

/// Description, usage, options under their headings, commands, and the footer; no line of prose is
/// longer than `columns`.
std::string help_text(const Parser& command, size_t columns);

/// Of the options, in order.
std::vector<std::string> headings_of(const Parser& command);
std::vector<const Option*> options_under(const Parser& command, const std::string& heading);

/// "INPUT...", "[NAME]"
std::string usage_of_input(const Option& input);
/// "dpt depth [OPTIONS] INPUT..."
std::string usage_text(const Parser& command);

/// An option's description with what its value may be, where that is not said.
std::string full_description(const Option& option);

}  // namespace dpt::args
