#include "cli/interruption.h"

#include <pthread.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/machine/thread_pool.h"
#include "cli/console.h"

namespace dpt::cli {

namespace {

/// A signal that the parent ignores (nohup, a shell's background jobs) stays ignored.
bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interruption::Interruption() {
  ::sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM}) {
    if (is_ignored(signal)) continue;
    ::sigaddset(&signals_, signal);
    wake_ = signal;
  }
  if (wake_ == 0) return;
  ::pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
  watcher_ = start_thread([this] { watch(); });
}

Interruption::~Interruption() {
  if (!watcher_.joinable()) return;
  stop_.request_stop();
  ::pthread_kill(watcher_.native_handle(), wake_);
  watcher_.join();
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void Interruption::watch() {
  do {
    int signal = 0;
    ::sigwait(&signals_, &signal);
    if (stop_.stop_requested()) return;
  } while (defer());
  ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  const std::lock_guard lock(writing_);
  if (::isatty(STDERR_FILENO) == 1) std::fputc('\n', stderr);
  print_error("interrupted");
  ::_exit(exit_interrupted);
}

bool Interruption::defer() {
  const std::lock_guard lock(deferring_);
  if (!stop_early_ || stopped_) return false;
  stopped_ = true;
  stop_early_();
  return true;
}

Interruption::Deferral::Deferral(Interruption& interruption, std::function<void()> stop)
    : interruption_(interruption) {
  const std::lock_guard lock(interruption_.deferring_);
  interruption_.stop_early_ = std::move(stop);
}

Interruption::Deferral::~Deferral() {
  const std::lock_guard lock(interruption_.deferring_);
  interruption_.stop_early_ = nullptr;
}

void Interruption::write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  if (is_stream(path)) return dpt::write_file(path, bytes);
  const std::lock_guard lock(writing_);
  dpt::write_file(path, bytes);
}

}  // namespace dpt::cli
