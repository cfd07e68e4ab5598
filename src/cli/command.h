// What each sub-command's file gives to main.
#pragma once

#include <functional>

#include "cli/interruption.h"
#include "cli/parse.h"

namespace dpt::cli {

/// The chosen command with its options; gives the exit code.
using Command = std::function<int(Interruption&)>;

// Each adds its sub-command to the parser; when the command line chooses it, parsing sets `chosen`.
void add_depth(Parser& app, Command& chosen);
void add_segment(Parser& app, Command& chosen);
void add_video(Parser& app, Command& chosen);  // of the program dpt-video
void add_compare(Parser& app, Command& chosen);
void add_eval(Parser& app, Command& chosen);
void add_convert(Parser& app, Command& chosen);
void add_info(Parser& app, Command& chosen);
void add_bench(Parser& app, Command& chosen);
void add_pull(Parser& app, Command& chosen);  // of the program dpt-pull
void add_models(Parser& app, Command& chosen);

void add_doctor(Parser& app, Command& chosen);
void add_help(Parser& app, Command& chosen);
void add_version(Parser& app, Command& chosen);
void add_completion(Parser& app, Command& chosen);
void add_man(Parser& app, Command& chosen);

}  // namespace dpt::cli
