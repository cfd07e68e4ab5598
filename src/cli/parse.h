// What a command's file needs to say its options (src/args), and from arguments to a command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "args/parser.h"
#include "cli/groups.h"

namespace dpt::cli {

using args::add_extra;
using args::Extra;
using args::GroupScope;
using args::one_of;
using args::Option;
using args::Parser;
using args::range;
using args::refuse_empty;

/// As args::parse(); text that was asked for has been printed, and 0 is returned.
std::optional<int> parse(Parser& program, std::vector<std::string> arguments);

}  // namespace dpt::cli
