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

std::string question(const batch::Existing& existing, size_t jobs) {
  if (jobs == 1) return fmt::format("{} is there already. Replace it?", shown(existing.first));
  return fmt::format("{} of {} pictures have results already, the first {}. Replace them?",
                     existing.jobs, jobs, shown(existing.first));
}

std::string left_out(const batch::Existing& existing, size_t jobs) {
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
      ->check(one_of(names_of<Overwrite>()))
      ->type_name("RULE");
}

Overwrite overwrite_rule(const std::string& overwrite) {
  if (overwrite.empty()) return can_ask() ? Overwrite::ask : Overwrite::yes;
  const Overwrite rule = *parse_enum<Overwrite>(overwrite);
  if (rule != Overwrite::ask || can_ask()) return rule;
  fail(
      ErrorKind::usage,
      "--overwrite ask: there is nobody to ask; standard input and standard error are no terminal");
}

size_t leave_out_existing(std::vector<Job>& jobs, Overwrite rule, Console& console) {
  const size_t all = jobs.size();
  const batch::Existing existing = batch::leave_out_existing(
      jobs, rule, [&](const batch::Existing& found) { return console.ask(question(found, all)); });
  if (existing.jobs > 0) console.error(left_out(existing, all));
  return existing.jobs;
}

bool may_write(std::vector<fs::path> outputs, Overwrite rule, Console& console) {
  std::vector<Job> jobs = {{{}, std::move(outputs)}};
  return leave_out_existing(jobs, rule, console) == 0;
}

}  // namespace dpt::cli
