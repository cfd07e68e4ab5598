// What each sub-command's file gives to main.
#pragma once

#include <functional>

#include "cli/interruption.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace dpt::cli {

/// The chosen command with its options; gives the exit code.
using Command = std::function<int(Interruption&)>;

// Each adds its sub-command to the parser; when the command line chooses it, parsing sets `chosen`.
void add_depth(CLI::App& app, Command& chosen);
void add_segment(CLI::App& app, Command& chosen);
void add_video(CLI::App& app, Command& chosen);  // of the program dpt-video
void add_compare(CLI::App& app, Command& chosen);
void add_eval(CLI::App& app, Command& chosen);
void add_convert(CLI::App& app, Command& chosen);
void add_info(CLI::App& app, Command& chosen);
void add_bench(CLI::App& app, Command& chosen);
void add_pull(CLI::App& app, Command& chosen);  // of the program dpt-pull
void add_models(CLI::App& app, Command& chosen);

void add_doctor(CLI::App& app, Command& chosen);
void add_completion(CLI::App& app, Command& chosen);
void add_man(CLI::App& app, Command& chosen);

}  // namespace dpt::cli
