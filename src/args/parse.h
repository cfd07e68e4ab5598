// Reading a command line, and saying what is wrong with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "args/parser.h"

namespace dpt::args {

/// Reads the arguments into what the options of `program` are bound to, then runs the callback of
/// the command that they choose. When help or the version is asked for, gives its text, wrapped at
/// `columns`, and does nothing else. Throws Error(usage), naming the command and the nearest option
/// or command for what is unknown.
std::optional<std::string> parse(Parser& program, std::vector<std::string> arguments,
                                 size_t columns);

}  // namespace dpt::args
