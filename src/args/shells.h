// Completion in bash, zsh and fish: a short script for each, which asks the program at every Tab.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "args/parser.h"

namespace dpt::args {

inline constexpr std::array<std::string_view, 3> shells = {"bash", "zsh", "fish"};

/// The word before what a script asks: PROGRAM __complete SHELL INDEX WORD...
inline constexpr std::string_view complete_word = "__complete";

/// What `shell` (one of `shells`) reads once.
std::string completion_script(const std::string& program, std::string_view shell);

/// What a script is answered. `asked`: SHELL, the index of the word that is being written, and the
/// words of the line, the program's name first. Gives a line "none", "folders" or "files", with the
/// files' extensions behind it, then a line for each word; in zsh and fish with its description.
/// Anything else than such a question: an empty text.
std::string completion_answer(const Parser& program, const std::vector<std::string>& asked);

}  // namespace dpt::args
