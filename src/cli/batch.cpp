#include "cli/batch.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/machine/thread_pool.h"
#include "cli/paths.h"

namespace dpt::cli {

namespace {

/// Errors of reading and writing name their file; those of the network do not.
std::string naming_input(const Job& job, std::string_view text) {
  const auto begins_with = [&](const std::filesystem::path& path) {
    return text.starts_with(shown(path));
  };
  if (begins_with(job.input) || text.starts_with("standard ") ||
      std::any_of(job.outputs.begin(), job.outputs.end(), begins_with)) {
    return std::string(text);
  }
  return fmt::format("{}: {}", shown(job.input), text);
}

class Batch {
 public:
  Batch(const std::vector<Job>& jobs, Console& console, Manifest* manifest)
      : jobs_(jobs), console_(console), manifest_(manifest) {}

  /// Errors that concern more than one input are thrown.
  void run(const std::vector<Worker>& workers) {
    std::vector<std::thread> threads;
    threads.reserve(workers.size());  // a thread that has been started must get its place
    try {
      for (size_t i = 1; i < workers.size(); ++i) {
        threads.push_back(start_thread([this, &worker = workers[i]] { work(worker); }));
      }
    } catch (...) {
      stop(std::current_exception());
    }
    work(workers.front());
    for (std::thread& thread : threads) thread.join();
    if (fatal_) std::rethrow_exception(fatal_);
  }

  bool all_done() const { return all_done_; }
  size_t failed() const { return failed_; }

 private:
  void work(const Worker& worker) {
    for (size_t i = next_++; i < jobs_.size(); i = next_++) {
      try {
        show_progress(jobs_[i]);
        finish(i, do_job(jobs_[i], worker));
      } catch (...) {
        stop(std::current_exception());
      }
    }
  }

  void show_progress(const Job& job) {
    const std::lock_guard lock(mutex_);
    console_.progress(done_, jobs_.size(), job.input.filename().string());
  }

  void stop(std::exception_ptr reason) {
    next_ = jobs_.size();
    const std::lock_guard lock(mutex_);
    if (!fatal_) fatal_ = std::move(reason);
  }

  std::string do_job(const Job& job, const Worker& worker) {
    const auto start = std::chrono::steady_clock::now();
    const auto enter = [&](const std::string& error) {
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      enter_in_manifest({job.input, job.outputs, elapsed.count(), error});
    };
    try {
      JobResult result = worker(job);
      enter({});
      note(result.notes);
      return std::move(result.text);
    } catch (const std::bad_alloc&) {
      fail(ErrorKind::resource, "{}: not enough memory", shown(job.input));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::model) throw;
      const std::string text = naming_input(job, error.what());
      if (error.kind() != ErrorKind::input) throw Error(error.kind(), text);
      report(text);
      ++failed_;
      enter(text);
      return {};
    }
  }

  /// A manifest that cannot be written is told of once, and the pictures are done all the same.
  void enter_in_manifest(const Manifest::Entry& entry) {
    if (manifest_ == nullptr || manifest_failed_) return;
    try {
      manifest_->add(entry);
    } catch (const Error& error) {
      if (!manifest_failed_.exchange(true)) report(error.what());
    }
  }

  void note(const std::vector<std::string>& notes) {
    const std::lock_guard lock(mutex_);
    for (const std::string& text : notes) console_.note(text);
  }

  void report(const std::string& text) {
    const std::lock_guard lock(mutex_);
    console_.error(text);
    all_done_ = false;
  }

  /// Prints what has been waiting for job `i`.
  void finish(size_t i, std::string text) {
    std::string ready;
    const std::lock_guard lock(mutex_);
    ++done_;
    waiting_[i] = std::move(text);
    for (; !waiting_.empty() && waiting_.begin()->first == printed_; ++printed_) {
      ready += waiting_.begin()->second;
      waiting_.erase(waiting_.begin());
    }
    if (ready.empty()) return;
    try {
      print_out(ready);
    } catch (const Error& error) {
      console_.error(error.what());
      all_done_ = false;
    }
  }

  const std::vector<Job>& jobs_;
  Console& console_;
  Manifest* manifest_;
  std::atomic<bool> manifest_failed_{false};
  std::atomic<size_t> failed_{0};
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // of what follows, and of the console
  size_t done_ = 0;
  size_t printed_ = 0;                     // the first job whose text has not been printed
  std::map<size_t, std::string> waiting_;  // texts of later jobs
  bool all_done_ = true;
  std::exception_ptr fatal_;
};

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
  for (const std::string& note : inputs.notes) console.note(note);
  for (const std::string& problem : inputs.problems) console.error(problem);
  if (jobs.empty()) return inputs.problems.empty() ? 0 : 1;
  Batch batch(jobs, console, manifest);
  batch.run(workers);
  console.end_progress();
  console.summary(summary_of(inputs, jobs, batch.failed(), console));
  return batch.all_done() && inputs.problems.empty() ? 0 : 1;
}

std::vector<int> share_threads(int threads, int wanted, size_t pictures) {
  const int most = static_cast<int>(std::clamp<size_t>(pictures, 1, 1024));
  const int workers = std::min(wanted > 0 ? wanted : std::min(threads, 2), most);
  std::vector<int> shares;
  shares.reserve(static_cast<size_t>(workers));
  for (int i = 0; i < workers; ++i) {
    shares.push_back(std::max(threads / workers + (i < threads % workers ? 1 : 0), 1));
  }
  return shares;
}

}  // namespace dpt::cli
