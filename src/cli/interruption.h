// Ctrl-C and SIGTERM.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>

namespace dpt::cli {

inline constexpr int exit_interrupted = 130;

/// While it lives, SIGINT and SIGTERM end the process with exit code 130: at once, whatever is
/// being computed, except that a file being written gets its final name first. A second signal ends
/// it without that. Made before any other thread, because threads inherit the mask of signals.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// dpt::write_file, which an interruption waits for unless it writes to a pipe or a device.
  void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

  /// For what can end early and leave a whole result (a video): while it lives, the first signal
  /// calls `stop`, from another thread, instead of ending the process; a second one ends it.
  class Deferral {
   public:
    Deferral(Interruption& interruption, std::function<void()> stop);
    ~Deferral();
    Deferral(const Deferral&) = delete;
    Deferral& operator=(const Deferral&) = delete;

   private:
    Interruption& interruption_;
  };

  /// True when a deferred signal has come.
  bool stopped() const { return stopped_; }

 private:
  void watch();
  /// Gives the signal to the Deferral, if there is one that has had none.
  bool defer();

  sigset_t signals_{};
  sigset_t mask_before_{};
  int wake_ = 0;  // one of the signals, or 0 when all are ignored
  std::mutex writing_;
  std::mutex deferring_;
  std::function<void()> stop_early_;
  std::atomic<bool> stopped_{false};
  std::stop_source stop_;
  std::thread watcher_;
};

}  // namespace dpt::cli
