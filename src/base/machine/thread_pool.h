// A pool of threads that run the iterations of one loop at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/buffer.h"

namespace dpt {

class ThreadPool {
 public:
  /// `threads` >= 1 counts the calling thread, so a pool of one starts none. Throws Error(resource)
  /// when the system gives fewer.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls body(index, thread) once for each index in [0, count), thread in [0, size()); indices
  /// are handed out in order, one by one. Returns when all are done. The first exception that a
  /// body throws stops the hand-out and is thrown again here. Not to be called from a body, and by
  /// one thread at a time.
  void parallel_for(int64_t count, const std::function<void(int64_t index, int thread)>& body);

  /// At least `bytes` of uninitialised memory, aligned to 64 bytes, for the bodies that run on
  /// `thread`, valid until that thread's next call. Kept from loop to loop: fresh pages for every
  /// loop would cost more than many a loop.
  std::byte* scratch(int thread, size_t bytes);
  /// The same, one piece for all threads, valid until the caller's next call.
  std::byte* shared_scratch(size_t bytes);
  /// Gives the memory of all threads back. Not to be called during a loop.
  void release_scratch();

 private:
  void stop();
  void work(int thread);
  void run_loop(int thread);

  std::vector<Buffer<std::byte>> scratch_;  // one per thread, and the one that they share
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> generation_{0};
  std::atomic<bool> stop_{false};
  std::atomic<int> running_{0};
  std::atomic<int64_t> next_{0};
  int64_t count_ = 0;
  const std::function<void(int64_t, int)>* body_ = nullptr;
  std::exception_ptr error_;
};

/// Starts a thread. Throws Error(resource) when the system gives none.
std::thread start_thread(std::function<void()> body);

}  // namespace dpt
