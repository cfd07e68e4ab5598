// File descriptors: owners, errors that name the file. Only for this folder.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "base/file/file.h"

namespace dpt {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return value_; }
  /// Closes and tells of errors that only closing shows (some network file systems).
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

/// Throws "PATH: cannot ACTION: reason", the reason from errno.
[[noreturn]] inline void fail_with_errno(ErrorKind kind, const std::filesystem::path& path,
                                         const char* action) {
  const int code = errno;
  fail(kind, "{}: cannot {}: {}", shown(path), action, std::strerror(code));
}

/// Throws Error(input) naming `path`.
void write_all(int descriptor, std::span<const std::byte> bytes, const std::filesystem::path& path);

}  // namespace dpt
