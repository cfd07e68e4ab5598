#include "cli/batch.h"

#include <fmt/core.h>

#include <string>

namespace dpt::cli {

namespace {

std::string summary_of(const Inputs& inputs, const std::vector<Job>& jobs, size_t failed,
                       const Console& console) {
  if (jobs.size() == 1 && inputs.problems.empty()) {
    return failed == 0 ? wrote_text(jobs[0].outputs) : std::string();
  }
  const size_t lost = failed + inputs.problems.size();
  return fmt::format("{} done{}, {}", jobs.size() - failed,
                     lost > 0 ? fmt::format(", {} failed", lost) : "", console.elapsed());
}

}  // namespace

int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const std::vector<Worker>& workers, Manifest* manifest) {
  return run_batch(inputs, jobs, console, [&](const batch::Callbacks& callbacks) {
    return batch::run_jobs(jobs, workers, callbacks, manifest);
  });
}

int run_batch(const Inputs& inputs, const std::vector<Job>& jobs, Console& console,
              const RunJobs& run) {
  for (const std::string& note : inputs.notes) console.note(note);
  for (const std::string& problem : inputs.problems) console.error(problem);
  if (jobs.empty()) return inputs.problems.empty() ? 0 : 1;
  const batch::Callbacks callbacks{
      .progress =
          [&](size_t done, size_t total, const Job& job) {
            console.progress(done, total, job.input.filename().string());
          },
      .note = [&](std::string_view text) { console.note(text); },
      .error = [&](std::string_view text) { console.error(text); },
      .text = print_out,
      .cancelled = {},
  };
  const batch::BatchResult result = run(callbacks);
  console.end_progress();
  console.summary(summary_of(inputs, jobs, result.failed, console));
  return result.is_whole && inputs.problems.empty() ? 0 : 1;
}

}  // namespace dpt::cli
