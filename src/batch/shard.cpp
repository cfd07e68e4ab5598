#include "batch/shard.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"

namespace dpt::batch {

namespace {

constexpr size_t most_shards = 1'000'000;

std::optional<size_t> parse_number(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

using Process = Settings::Process;

/// Where it is set and means that there is but one.
bool says_nothing(const Process& process) {
  return (process.name == "SGE_TASK_ID" && process.index == "undefined") ||
         (process.name == "LSB_JOBINDEX" && process.index == "0") ||
         (process.name == "SLURM_PROCID" && process.index == "0" && process.count.empty());
}

/// "auto". Its errors begin with `name`.
class ShardOfProcess {
 public:
  explicit ShardOfProcess(std::string_view name) : name_(name) {}

  Shard find(std::span<const Process> processes) const {
    const Process* array = nullptr;
    const Process* process = nullptr;
    for (const Process& found : processes) {
      if (says_nothing(found)) continue;
      const bool is_array = found.level == Process::Level::array;
      const Process*& place = is_array ? array : process;
      if (is_array && array != nullptr) {
        refuse("both {} and {} are set, so which counts is not known; write {} i/n", array->name,
               found.name, name_);
      }
      // MPI's own variables come before those of the scheduler that started it.
      if (place == nullptr) place = &found;
    }
    if (array == nullptr && process == nullptr) {
      refuse(
          "none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, OMPI_COMM_WORLD_RANK, PMI_RANK, "
          "MV2_COMM_WORLD_RANK, SGE_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX and JOB_COMPLETION_INDEX "
          "(with JOB_COMPLETIONS) is set; write {} i/n",
          name_);
    }
    Shard shard;
    for (const Process* level : {array, process}) {
      if (level == nullptr) continue;
      const Shard share = share_of(*level);
      shard = {shard.index * share.count + share.index, shard.count * share.count};
    }
    if (shard.count > most_shards) {
      refuse("{} shares, expected at most {}", shard.count, most_shards);
    }
    return shard;
  }

 private:
  template <typename... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) const {
    fail(ErrorKind::usage, "{} auto: {}", name_, fmt::format(text, std::forward<Args>(args)...));
  }

  size_t number_of(const Process& process, const std::string& text, size_t otherwise) const {
    if (text.empty()) return otherwise;
    if (const auto number = parse_number(text)) return *number;
    refuse("{} is {}, of {} from {} to {}: expected numbers; write {} i/n", process.name,
           printable(process.index), printable(process.count), printable(process.first),
           printable(process.last), name_);
  }

  /// How many there are. An array that was made of a list has holes, of which Slurm says nothing
  /// but that count, first, last and step do not agree.
  size_t count_of(const Process& process, size_t first, size_t step) const {
    if (process.last.empty()) return number_of(process, process.count, 0);
    const size_t last = number_of(process, process.last, 0);
    const size_t spaced = step == 0 || last < first ? 0 : (last - first) / step + 1;
    const size_t count = number_of(process, process.count, spaced);
    if (count == spaced) return count;
    refuse(
        "the {0} tasks from {1} to {2} are not spaced evenly (step {3}), so which share {4} = {5} "
        "has is not known; write {6} i/n, for tasks numbered from 0: {6} $(({4} + 1))/n",
        count, first, last, step, process.name, printable(process.index), name_);
  }

  void check_count(const Process& process) const {
    const bool is_known =
        !process.count.empty() || (process.count_name.empty() && !process.last.empty());
    if (!is_known && process.count_name.empty()) {
      refuse("{} says which task this is, but nothing says of how many; write {} i/n", process.name,
             name_);
    }
    if (!is_known) {
      refuse("{} is set, but {} is not; set it to the number of tasks, or write {} i/n",
             process.name, process.count_name, name_);
    }
    if (process.of_batch_script && process.count != "1") {
      refuse(
          "{} is {}, and this is the batch script, which runs once; start dpt by srun, or write {} "
          "i/n",
          process.count_name, printable(process.count), name_);
    }
  }

  Shard share_of(const Process& process) const {
    check_count(process);
    const size_t index = number_of(process, process.index, 0);
    const size_t first = number_of(process, process.first, 0);
    const size_t step = number_of(process, process.step, 1);
    const size_t count = count_of(process, first, step);
    const bool good = count <= most_shards && step > 0 && index >= first &&
                      (index - first) % step == 0 && (index - first) / step < count;
    if (!good) {
      refuse("{} is {}, expected one of {} from {}{}", process.name, printable(process.index),
             count, first, step == 1 ? "" : fmt::format(" by {}", step));
    }
    return {(index - first) / step, count};
  }

  std::string_view name_;
};

}  // namespace

Shard parse_shard(const std::string& text, std::string_view name,
                  std::span<const Process> processes) {
  if (text.empty()) return {};
  if (text == "auto") return ShardOfProcess(name).find(processes);
  const std::string_view whole = text;
  const size_t slash = whole.find('/');
  if (slash != std::string_view::npos) {
    const auto index = parse_number(whole.substr(0, slash));
    const auto count = parse_number(whole.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count && *count <= most_shards) {
      return {*index - 1, *count};
    }
  }
  fail(ErrorKind::usage, "{} {}: expected i/n with i from 1 to n, or auto", name, printable(text));
}

}  // namespace dpt::batch
