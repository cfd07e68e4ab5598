#include "base/settings.h"

#include <charconv>
#include <cstdlib>
#include <system_error>

namespace dpt {

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

/// The names of a scheduler's variables; null where it has none.
struct ProcessVariables {
  Settings::Process::Level level;
  const char* index;
  const char* count;
  const char* first = nullptr;
  const char* last = nullptr;
  const char* step = nullptr;
};

constexpr auto array = Settings::Process::Level::array;
constexpr auto process = Settings::Process::Level::process;

constexpr ProcessVariables process_variables[] = {
    {array, "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"},
    {array, "SGE_TASK_ID", nullptr, "SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE"},
    {array, "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"},
    {array, "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"},
    // These say neither how many there are nor where they begin.
    {array, "PBS_ARRAY_INDEX", nullptr},
    {array, "PBS_ARRAYID", nullptr},
    {array, "LSB_JOBINDEX", nullptr},
    {array, "PARALLEL_SEQ", nullptr},
    {process, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    {process, "MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"},
    {process, "PMI_RANK", "PMI_SIZE"},
    {process, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},
};

std::string text_of(const char* name) {
  return name == nullptr ? std::string() : variable(name).value_or("");
}

std::vector<Settings::Process> read_processes() {
  std::vector<Settings::Process> processes;
  for (const ProcessVariables& names : process_variables) {
    if (!variable(names.index)) continue;
    processes.push_back({.level = names.level,
                         .name = names.index,
                         .index = text_of(names.index),
                         .first = text_of(names.first),
                         .last = text_of(names.last),
                         .step = text_of(names.step),
                         .count_name = names.count == nullptr ? "" : names.count,
                         .count = text_of(names.count)});
  }
  for (Settings::Process& one : processes) {
    if (one.name != "SLURM_PROCID" || !one.count.empty()) continue;
    one.count_name = "SLURM_NTASKS";  // of the whole job, where srun says nothing of its own
    one.count = text_of("SLURM_NTASKS");
    one.of_batch_script = variable("SLURM_JOB_ID").has_value();
  }
  return processes;
}

std::optional<size_t> number(const char* name) {
  const std::string text = variable(name).value_or("");
  size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

Settings read_settings() {
  Settings s;
  s.cpu = variable("DPT_CPU");
  s.models = variable("DPT_MODELS");
  s.threads = variable("DPT_THREADS");
  s.home = variable("HOME");
  s.cache_home = variable("XDG_CACHE_HOME");
  s.hf_home = variable("HF_HOME");
  s.hf_hub_cache = variable("HF_HUB_CACHE");
  s.hf_endpoint = variable("HF_ENDPOINT");
  s.hf_token = variable("HF_TOKEN");
  const auto offline = variable("HF_HUB_OFFLINE");
  s.hf_offline = offline && *offline != "0";
  s.processes = read_processes();
  s.columns = number("COLUMNS");
  s.plain_terminal = variable("NO_COLOR").has_value() || variable("TERM") == "dumb";
  return s;
}

}  // namespace

const Settings& settings() {
  static const Settings instance = read_settings();
  return instance;
}

}  // namespace dpt
