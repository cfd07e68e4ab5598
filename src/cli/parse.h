// Reading the command line with CLI11, and saying what is wrong with it.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dpt::cli {

/// Reads the arguments into `app`, whose sub-commands have been added. Gives an exit code when help
/// or the version was asked for (and has been printed). Throws Error(usage), naming the command and
/// the nearest option or command for what is unknown.
std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments);

/// An extra result that is asked for by --NAME [PATH].
struct Extra {
  bool wanted = false;
  std::string path;  ///< empty: the default name
};

/// Adds --NAME [PATH]. A path that stands apart from its option (--overlay a.png, not
/// --overlay=a.png) must come after an input: parse() refuses it otherwise, since it would be an
/// input that is overwritten.
void add_extra(CLI::App& command, const std::string& option, Extra& extra,
               const std::string& description);

}  // namespace dpt::cli
