// JSON for standard output.
#pragma once

#include "base/json.h"

namespace dpt::cli {

/// Its text and a line end on standard output. Throws Error(input) when it cannot be written.
void print_json(const Json& value, bool indented = false);

}  // namespace dpt::cli
