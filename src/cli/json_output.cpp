#include "cli/json_output.h"

#include "base/json.h"
#include "cli/console.h"

namespace dpt::cli {

void print_json(const Json& value, bool indented) { print_out(value.dump(indented) + "\n"); }

}  // namespace dpt::cli
