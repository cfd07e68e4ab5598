#include "base/settings.h"

#include <cstdlib>
#include <cstring>

namespace dpt {

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

Settings read_settings() {
  Settings s;
  s.cpu = variable("DPT_CPU");
  s.models = variable("DPT_MODELS");
  s.threads = variable("DPT_THREADS");
  s.plain_terminal = variable("NO_COLOR").has_value() || variable("TERM") == "dumb";
  return s;
}

}  // namespace

const Settings& settings() {
  static const Settings instance = read_settings();
  return instance;
}

}  // namespace dpt
