#include "cli/json_output.h"

#include "cli/console.h"

namespace dpt::cli {

std::string json_text(const nlohmann::ordered_json& value, bool indented) {
  constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return value.dump(indented ? 2 : -1, ' ', false, replace);
}

void print_json(const nlohmann::ordered_json& value, bool indented) {
  print_out(json_text(value, indented) + "\n");
}

}  // namespace dpt::cli
