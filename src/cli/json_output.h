// JSON for standard output.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dpt::cli {

/// One line, or indented text. Names of files that are no UTF-8 get replacement characters, numbers
/// that JSON has not (infinity) become null.
std::string json_text(const nlohmann::ordered_json& value, bool indented = false);

/// The text and a line end on standard output. Throws Error(input) when it cannot be written.
void print_json(const nlohmann::ordered_json& value, bool indented = false);

}  // namespace dpt::cli
