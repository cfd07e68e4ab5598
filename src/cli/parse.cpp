#include "cli/parse.h"

#include <utility>

#include "args/parse.h"
#include "cli/console.h"

namespace dpt::cli {

std::optional<int> parse(Parser& program, std::vector<std::string> arguments) {
  const auto text = args::parse(program, std::move(arguments), output_columns());
  if (!text) return std::nullopt;
  print_out(*text);
  return 0;
}

}  // namespace dpt::cli
