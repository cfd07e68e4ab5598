#include "cli/replacing.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

bool can_ask() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

/// A result of the job that is there; null: none.
const fs::path* existing_result(const Job& job) {
  const auto found =
      std::find_if(job.outputs.begin(), job.outputs.end(), [](const fs::path& output) {
        std::error_code ignored;
        return !is_stream(output) && fs::is_regular_file(output, ignored);
      });
  return found == job.outputs.end() ? nullptr : &*found;
}

/// The jobs that would replace something.
struct Existing {
  size_t jobs = 0;
  fs::path first;  ///< a result of the first one
};

Existing find_existing(const std::vector<Job>& jobs) {
  Existing existing;
  for (const Job& job : jobs) {
    const fs::path* result = existing_result(job);
    if (result != nullptr && existing.jobs++ == 0) existing.first = *result;
  }
  return existing;
}

std::string question(const Existing& existing, size_t jobs) {
  if (jobs == 1) return fmt::format("{} is there already. Replace it?", shown(existing.first));
  return fmt::format("{} of {} pictures have results already, the first {}. Replace them?",
                     existing.jobs, jobs, shown(existing.first));
}

std::string left_out(const Existing& existing, size_t jobs) {
  if (jobs == 1) {
    return fmt::format("{}: is there already and was not replaced (--overwrite yes does)",
                       shown(existing.first));
  }
  return fmt::format(
      "{} of {} pictures left out: their results are there already, the first {} (--overwrite yes "
      "replaces them)",
      existing.jobs, jobs, shown(existing.first));
}

}  // namespace

void add_overwrite_option(Parser& command, std::string& overwrite) {
  const GroupScope scope(command, group::output);
  command
      .add_option(
          "--overwrite", overwrite,
          "results that are there already: yes (replace them), no (leave them and what they "
          "are of; exit code 1) or ask (once); default: ask on a terminal, else yes")
      ->check(one_of({"ask", "yes", "no"}))
      ->type_name("RULE");
}

Overwrite overwrite_rule(const std::string& overwrite) {
  if (overwrite == "yes") return Overwrite::yes;
  if (overwrite == "no") return Overwrite::no;
  if (can_ask()) return Overwrite::ask;
  if (overwrite.empty()) return Overwrite::yes;
  fail(
      ErrorKind::usage,
      "--overwrite ask: there is nobody to ask; standard input and standard error are no terminal");
}

size_t leave_out_existing(std::vector<Job>& jobs, Overwrite rule, Console& console) {
  if (rule == Overwrite::yes) return 0;
  const Existing existing = find_existing(jobs);
  if (existing.jobs == 0) return 0;
  if (rule == Overwrite::ask && console.ask(question(existing, jobs.size()))) return 0;
  console.error(left_out(existing, jobs.size()));
  std::erase_if(jobs, [](const Job& job) { return existing_result(job) != nullptr; });
  return existing.jobs;
}

bool may_write(std::vector<fs::path> outputs, Overwrite rule, Console& console) {
  std::vector<Job> jobs = {{{}, std::move(outputs)}};
  return leave_out_existing(jobs, rule, console) == 0;
}

}  // namespace dpt::cli
