#include "batch/run_jobs.h"

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
#include "base/file/file.h"
#include "base/machine/thread_pool.h"

namespace dpt::batch {

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
  Batch(const std::vector<Job>& jobs, const Callbacks& callbacks, Manifest* manifest)
      : jobs_(jobs), callbacks_(callbacks), manifest_(manifest) {}

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

  const BatchResult& result() const { return result_; }

 private:
  void work(const Worker& worker) {
    for (size_t i = next_++; i < jobs_.size(); i = next_++) {
      try {
        if (callbacks_.cancelled && callbacks_.cancelled()) break;
        show_progress(jobs_[i]);
        finish(i, do_job(jobs_[i], worker));
      } catch (...) {
        stop(std::current_exception());
      }
    }
  }

  void show_progress(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (callbacks_.progress) callbacks_.progress(finished_, jobs_.size(), job);
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
      succeed(result.notes);
      return std::move(result.text);
    } catch (const std::bad_alloc&) {
      fail(ErrorKind::resource, "{}: not enough memory", shown(job.input));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::model) throw;
      const std::string text = naming_input(job, error.what());
      if (error.kind() != ErrorKind::input) throw Error(error.kind(), text);
      report(text, 1);
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

  void succeed(const std::vector<std::string>& notes) {
    const std::lock_guard lock(mutex_);
    ++result_.done;
    if (!callbacks_.note) return;
    for (const std::string& text : notes) callbacks_.note(text);
  }

  void report(std::string_view text, size_t failed_inputs = 0) {
    const std::lock_guard lock(mutex_);
    result_.failed += failed_inputs;
    tell_error(text);
  }

  /// The mutex is held.
  void tell_error(std::string_view text) {
    result_.is_whole = false;
    if (callbacks_.error) callbacks_.error(text);
  }

  /// Gives away what has been waiting for job `i`.
  void finish(size_t i, std::string text) {
    std::string ready;
    const std::lock_guard lock(mutex_);
    ++finished_;
    waiting_[i] = std::move(text);
    for (; !waiting_.empty() && waiting_.begin()->first == given_; ++given_) {
      ready += waiting_.begin()->second;
      waiting_.erase(waiting_.begin());
    }
    if (ready.empty() || !callbacks_.text) return;
    try {
      callbacks_.text(ready);
    } catch (const Error& error) {
      tell_error(error.what());
    }
  }

  const std::vector<Job>& jobs_;
  const Callbacks& callbacks_;
  Manifest* manifest_;
  std::atomic<bool> manifest_failed_{false};
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // of what follows, and of the callbacks
  size_t finished_ = 0;
  size_t given_ = 0;                       // the first job whose text has not been given away
  std::map<size_t, std::string> waiting_;  // texts of later jobs
  BatchResult result_;
  std::exception_ptr fatal_;
};

}  // namespace

BatchResult run_jobs(const std::vector<Job>& jobs, const std::vector<Worker>& workers,
                     const Callbacks& callbacks, Manifest* manifest) {
  if (jobs.empty()) return {};
  Batch batch(jobs, callbacks, manifest);
  batch.run(workers);
  return batch.result();
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

}  // namespace dpt::batch
