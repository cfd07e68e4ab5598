// The parser's own knowledge in other forms: completion scripts and a manual page.
#pragma once

#include <string>

#include "cli/parse.h"

namespace dpt::cli {

/// A script for "bash", "zsh" or "fish" that completes commands, options and their choices.
std::string completion_script(const Parser& app, const std::string& shell);

/// dpt(1) in roff: every command with its options and examples. `version`: "0.1.0".
std::string manual_page(const Parser& app, const std::string& version);

}  // namespace dpt::cli
