#include "batch/existing.h"

#include <algorithm>
#include <system_error>

#include "base/file/paths.h"

namespace dpt::batch {

namespace fs = std::filesystem;

namespace {

/// A result of the job that is there; null: none.
const fs::path* existing_result(const Job& job) {
  const auto found =
      std::find_if(job.outputs.begin(), job.outputs.end(), [](const fs::path& output) {
        std::error_code ignored;
        return !is_stream(output) && fs::is_regular_file(output, ignored);
      });
  return found == job.outputs.end() ? nullptr : &*found;
}

}  // namespace

Existing find_existing(std::span<const Job> jobs) {
  Existing existing;
  for (const Job& job : jobs) {
    const fs::path* result = existing_result(job);
    if (result != nullptr && existing.jobs++ == 0) existing.first = *result;
  }
  return existing;
}

Existing leave_out_existing(std::vector<Job>& jobs, Overwrite rule,
                            const std::function<bool(const Existing&)>& may_replace) {
  if (rule == Overwrite::yes) return {};
  Existing existing = find_existing(jobs);
  if (existing.jobs == 0 || (rule == Overwrite::ask && may_replace(existing))) return {};
  std::erase_if(jobs, [](const Job& job) { return existing_result(job) != nullptr; });
  return existing;
}

}  // namespace dpt::batch
