#include "base/settings.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <system_error>

namespace dpt {

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

/// The first of them that is set.
void add_process(std::vector<Settings::Process>& processes,
                 std::initializer_list<std::array<const char*, 2>> names) {
  for (const auto& [index_name, count_name] : names) {
    const auto index = variable(index_name);
    const auto count = variable(count_name);
    if (!index || !count) continue;
    processes.push_back({index_name, *index, "0", *count});
    return;
  }
}

std::vector<Settings::Process> read_processes() {
  std::vector<Settings::Process> processes;
  const auto task = variable("SLURM_ARRAY_TASK_ID");
  const auto tasks = variable("SLURM_ARRAY_TASK_COUNT");
  if (task && tasks) {
    processes.push_back(
        {"SLURM_ARRAY_TASK_ID", *task, variable("SLURM_ARRAY_TASK_MIN").value_or("0"), *tasks});
  }
  add_process(processes, {{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"}});
  add_process(processes, {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                          {"PMI_RANK", "PMI_SIZE"},
                          {"SLURM_PROCID", "SLURM_NTASKS"}});
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
