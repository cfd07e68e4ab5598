#include "cli/shard.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/settings.h"

namespace dpt::cli {

namespace {

constexpr size_t most_shards = 1'000'000;

std::optional<size_t> parse_number(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Shard from_environment() {
  if (settings().processes.empty()) {
    fail(ErrorKind::usage,
         "--shard auto: none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, OMPI_COMM_WORLD_RANK, PMI_RANK "
         "and JOB_COMPLETION_INDEX (with JOB_COMPLETIONS) is set; write --shard i/n");
  }
  Shard shard;
  for (const Settings::Process& process : settings().processes) {
    const auto index = parse_number(process.index);
    const auto first = parse_number(process.first);
    const auto count = parse_number(process.count);
    const bool good = index && first && count && *index >= *first && *index - *first < *count &&
                      shard.count * *count <= most_shards;
    if (!good) {
      fail(ErrorKind::usage, "--shard auto: {} is {}, expected one of {} from {}", process.name,
           printable(process.index), printable(process.count), printable(process.first));
    }
    shard = {shard.index * *count + (*index - *first), shard.count * *count};
  }
  return shard;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  if (text.empty()) return {};
  if (text == "auto") return from_environment();
  const std::string_view whole = text;
  const size_t slash = whole.find('/');
  if (slash != std::string_view::npos) {
    const auto index = parse_number(whole.substr(0, slash));
    const auto count = parse_number(whole.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count && *count <= most_shards) {
      return {*index - 1, *count};
    }
  }
  fail(ErrorKind::usage, "--shard {}: expected i/n with i from 1 to n, or auto", printable(text));
}

}  // namespace dpt::cli
