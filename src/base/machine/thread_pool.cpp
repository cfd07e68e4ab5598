#include "base/machine/thread_pool.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/machine/cpu.h"

namespace dpt {

namespace {

/// Waiting on the processor: loops follow each other within microseconds while a network runs, and
/// two system calls per loop would cost more. Where other threads want the processor, they get it.
class SpinWait {
 public:
  void once() {
    if (++spins_ % spins_per_yield == 0) {
      std::this_thread::yield();
    } else {
      pause_briefly();
    }
  }
  bool is_long() const { return spins_ >= spins_before_sleep; }

 private:
  static constexpr int spins_per_yield = 500;
  static constexpr int spins_before_sleep = 20000;
  int spins_ = 0;
};

}  // namespace

ThreadPool::ThreadPool(int threads) : scratch_(static_cast<size_t>(threads) + 1) {
  // A thread that has been started must get its place.
  workers_.reserve(static_cast<size_t>(threads));
  try {
    for (int t = 1; t < threads; ++t) workers_.push_back(start_thread([this, t] { work(t); }));
  } catch (...) {
    stop();  // no destructor runs
    throw;
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    ++generation_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::work(int thread) {
  uint64_t seen = 0;
  for (;;) {
    for (SpinWait wait; !wait.is_long() && generation_ == seen;) wait.once();
    if (generation_ == seen) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return generation_ != seen; });
    }
    seen = generation_;
    if (stop_) return;
    run_loop(thread);
    --running_;
  }
}

void ThreadPool::run_loop(int thread) {
  try {
    for (int64_t i = next_++; i < count_; i = next_++) (*body_)(i, thread);
  } catch (...) {
    next_ = count_;
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

void ThreadPool::parallel_for(int64_t count, const std::function<void(int64_t, int)>& body) {
  if (workers_.empty() || count <= 1) {
    for (int64_t i = 0; i < count; ++i) body(i, 0);
    return;
  }
  body_ = &body;
  count_ = count;
  next_ = 0;
  running_ = static_cast<int>(workers_.size());
  {
    const std::lock_guard lock(mutex_);
    ++generation_;
  }
  wake_.notify_all();
  run_loop(0);
  for (SpinWait wait; running_ != 0;) wait.once();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

std::byte* ThreadPool::scratch(int thread, size_t bytes) {
  Buffer<std::byte>& memory = scratch_[static_cast<size_t>(thread)];
  if (memory.size() < bytes) {
    memory = {};  // before the larger one is made
    memory = Buffer<std::byte>(bytes, "a thread's working memory");
  }
  return memory.data();
}

std::byte* ThreadPool::shared_scratch(size_t bytes) { return scratch(size(), bytes); }

void ThreadPool::release_scratch() {
  for (Buffer<std::byte>& memory : scratch_) memory = {};
}

std::thread start_thread(std::function<void()> body) {
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error& error) {
    fail(ErrorKind::resource, "cannot start a thread: {}; ask for fewer (--threads)",
         error.code().message());
  }
}

}  // namespace dpt
