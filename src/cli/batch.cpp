#include "cli/batch.h"

#include <fmt/core.h>

#include <algorithm>
#include <new>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/paths.h"

namespace dpt::cli {

namespace {

/// Errors of reading and writing name their file; those of the network do not.
std::string naming_input(const Job& job, std::string_view text) {
  const auto begins_with = [&](const std::filesystem::path& path) {
    return text.starts_with(shown(path));
  };
  if (begins_with(job.input) || text.starts_with("standard output") ||
      std::any_of(job.outputs.begin(), job.outputs.end(), begins_with)) {
    return std::string(text);
  }
  return fmt::format("{}: {}", shown(job.input), text);
}

/// True when it went well. Errors that concern more than this input are thrown.
bool do_job(const Job& job, Console& console, const std::function<void(const Job&)>& work) {
  try {
    work(job);
    return true;
  } catch (const std::bad_alloc&) {
    fail(ErrorKind::resource, "{}: not enough memory", shown(job.input));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::model) throw;
    const std::string text = naming_input(job, error.what());
    if (error.kind() != ErrorKind::input) throw Error(error.kind(), text);
    console.error(text);
    return false;
  }
}

}  // namespace

int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const std::function<void(const Job&)>& work) {
  for (const std::string& problem : inputs.problems) console.error(problem);
  bool all_done = inputs.problems.empty();
  for (size_t i = 0; i < jobs.size(); ++i) {
    console.progress(i, jobs.size(), jobs[i].input.filename().string());
    all_done = do_job(jobs[i], console, work) && all_done;
  }
  console.end_progress();
  return all_done ? 0 : 1;
}

}  // namespace dpt::cli
