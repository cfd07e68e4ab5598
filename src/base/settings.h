// The only place that reads environment variables.
#pragma once

#include <cstddef>
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
  /// What a scheduler or MPI says of this process: which it is of how many. The variables' texts as
  /// they are; empty where there is none.
  struct Process {
    enum class Level { array, process } level;  ///< a task of an array, a process of a task
    std::string name;                           ///< of the variable that holds `index`
    std::string index;
    std::string first, last, step;
    std::string count_name, count;
    bool of_batch_script = false;  ///< Slurm's own process, which srun did not start
  };
  /// All that say something; of one level those that know best first.
  std::vector<Process> processes;
  std::optional<std::string> home;        ///< HOME
  std::optional<std::string> cache_home;  ///< XDG_CACHE_HOME
  // Hugging Face's variables: where its cache is (HF_HOME, HF_HUB_CACHE), its server (HF_ENDPOINT),
  // the key to private repositories (HF_TOKEN), and whether the network may be used
  // (HF_HUB_OFFLINE).
  std::optional<std::string> hf_home, hf_hub_cache, hf_endpoint, hf_token;
  bool hf_offline = false;
  std::optional<size_t> columns;  ///< COLUMNS: the terminal's width
  /// NO_COLOR or TERM=dumb: no progress bar drawn with control sequences.
  bool plain_terminal = false;
};

/// Read once, at the first call.
const Settings& settings();

}  // namespace dpt
