// The only place that reads environment variables.
#pragma once

#include <optional>
#include <string>

namespace dpt {

struct Settings {
  /// DPT_CPU: highest instruction set to use ("avx512", "avx2", "baseline"); for tests and
  /// comparisons.
  std::optional<std::string> cpu;
  /// DPT_MODELS: folder that holds the starter models and registry.json.
  std::optional<std::string> models;
  /// DPT_THREADS: default number of threads.
  std::optional<std::string> threads;
  /// NO_COLOR or TERM=dumb: no progress bar drawn with control sequences.
  bool plain_terminal = false;
};

/// Read once, at the first call.
const Settings& settings();

}  // namespace dpt
