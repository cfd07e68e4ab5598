#include "cli/selection.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "cli/paths.h"
#include "cli/shard.h"

namespace dpt::cli {

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

std::vector<Job> select_jobs(const std::vector<Job>& jobs, const BatchOptions& options,
                             const MadeBy& made_by, Console& console, bool in_order,
                             JobsBefore* before) {
  const Shard shard = parse_shard(options.shard);
  std::set<fs::path> others;
  if (options.resume && !options.manifest.empty()) {
    others = made_by_others(options.manifest, made_by);
  }
  std::vector<Job> selected;
  size_t done = 0;
  size_t again = 0;
  bool anew = false;
  const Job* last_done = nullptr;  // the job before, where it is done
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (!shard.holds(i)) continue;
    const bool is_there = !anew && (options.resume || options.skip_existing) &&
                          is_done(jobs[i], options.skip_existing);
    const bool by_other = is_there && !options.skip_existing && others.contains(jobs[i].outputs[0]);
    if (by_other) ++again;
    if (is_there && !by_other) {
      ++done;
    } else {
      selected.push_back(jobs[i]);
      if (last_done != nullptr && before != nullptr) before->emplace(jobs[i].input, *last_done);
      // What follows was computed from the result that was there.
      std::error_code ignored;
      anew = anew || (in_order && fs::exists(jobs[i].outputs[0], ignored));
    }
    last_done = is_there && !by_other ? &jobs[i] : nullptr;
  }
  if (done > 0) {
    console.note(fmt::format("{} of {} pictures are done already", done, done + selected.size()));
  }
  if (again > 0) {
    console.note(
        fmt::format("{} of {} pictures are done again: another model or other options made "
                    "their results",
                    again, done + selected.size()));
  }
  return selected;
}

std::unique_ptr<Manifest> open_manifest(const BatchOptions& options, const MadeBy& made_by) {
  return options.manifest.empty() ? nullptr : std::make_unique<Manifest>(options.manifest, made_by);
}

}  // namespace dpt::cli
