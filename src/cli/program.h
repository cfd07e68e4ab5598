// What the programs (dpt, dpt-video, dpt-ailia) have in common: from main()'s arguments to an exit
// code.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace dpt::cli {

/// Adds sub-commands to the parser (command.h).
using AddCommand = void (*)(Parser& app, Command& chosen);

/// Parses `arguments` with these sub-commands and runs the chosen one. Throws.
int run_commands(std::vector<std::string> arguments, std::span<const AddCommand> commands);

/// Prints what the shell's script asks for (args::completion_answer).
int answer_completion(const std::vector<std::string>& asked, std::span<const AddCommand> commands);

/// Runs `body`; exceptions become messages on standard error and exit codes.
int report_errors(const std::function<int()>& body);

/// "dpt 1.0.0 (avx512)"
std::string version_text();

}  // namespace dpt::cli
