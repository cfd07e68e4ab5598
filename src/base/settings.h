// The only place that reads environment variables.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dpt {

struct Settings {
  /// DPT_CPU: highest instruction set to use ("avx512", "avx2", "baseline"); for tests and
  /// comparisons.
  std::optional<std::string> cpu;
  /// DPT_MODELS: folder that holds the starter models and registry.json.
  std::optional<std::string> models;
  /// DPT_THREADS: default number of threads.
  std::optional<std::string> threads;
  /// What a scheduler or MPI says of this process: which it is of how many. One entry for each
  /// level (a Slurm array of tasks with several processes has two).
  struct Process {
    std::string name;  ///< of the variable that holds `index`
    std::string index, first, count;
  };
  std::vector<Process> processes;
  /// NO_COLOR or TERM=dumb: no progress bar drawn with control sequences.
  bool plain_terminal = false;
};

/// Read once, at the first call.
const Settings& settings();

}  // namespace dpt
