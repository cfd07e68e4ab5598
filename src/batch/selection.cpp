#include "batch/selection.h"

#include <algorithm>
#include <system_error>

#include "base/file/paths.h"

namespace dpt::batch {

namespace fs = std::filesystem;

namespace {

/// Results get their names when they are whole, so one that is there is a good one.
bool is_done(const Job& job, bool whatever_age) {
  if (is_standard_input(job.input)) return false;
  std::error_code error;
  const fs::file_time_type source = fs::last_write_time(job.input, error);
  if (error) return false;
  return std::all_of(job.outputs.begin(), job.outputs.end(), [&](const fs::path& output) {
    std::error_code absent;
    const bool regular = fs::is_regular_file(output, absent);
    return regular && (whatever_age || fs::last_write_time(output, absent) >= source) && !absent;
  });
}

}  // namespace

Selection select_jobs(const std::vector<Job>& jobs, const SelectionRule& rule) {
  Selection selection;
  const bool whatever_age = rule.keep == Keep::present;
  bool anew = false;
  const Job* last_done = nullptr;  // the job before, where it is done
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (!rule.shard.holds(i)) continue;
    const bool is_there = !anew && rule.keep != Keep::nothing && is_done(jobs[i], whatever_age);
    const bool by_other =
        is_there && !whatever_age && rule.made_by_others.contains(jobs[i].outputs[0]);
    if (by_other) ++selection.again;
    if (is_there && !by_other) {
      ++selection.done;
    } else {
      selection.jobs.push_back(jobs[i]);
      if (last_done != nullptr) selection.before.emplace(jobs[i].input, *last_done);
      // What follows was computed from the result that was there.
      std::error_code ignored;
      anew = anew || (rule.in_order && fs::exists(jobs[i].outputs[0], ignored));
    }
    last_done = is_there && !by_other ? &jobs[i] : nullptr;
  }
  return selection;
}

}  // namespace dpt::batch
