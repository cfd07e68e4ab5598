// What may stand at the cursor of a command line that is being written, for every shell.
#pragma once

#include <string>
#include <vector>

#include "args/parser.h"

namespace dpt::args {

struct Completion {
  std::vector<Candidate> words;
  Files files = Files::none;            ///< which files may stand there as well
  std::vector<std::string> extensions;  ///< of these files, without dots; empty: any
};

/// `words`: what follows the program's name up to the cursor; the last one is being written and may
/// be empty.
Completion complete(const Parser& program, const std::vector<std::string>& words);

}  // namespace dpt::args
