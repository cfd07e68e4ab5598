// Manual pages in roff.
#pragma once

#include <string>

#include "args/parser.h"

namespace dpt::args {

/// "dpt-eval-depth": what its manual page is called.
std::string manual_name(const Parser& command);

/// The page of one command. `release`: "dpt 1.0.0".
std::string manual_page(const Parser& command, const std::string& release);

}  // namespace dpt::args
