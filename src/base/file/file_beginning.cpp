#include "base/file/file_beginning.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/descriptor.h"

namespace dpt {

std::optional<size_t> read_beginning(const std::filesystem::path& path, std::span<std::byte> out) {
  // Opening a pipe would wait for its other end; to regular files the flag means nothing.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  const ssize_t got = ::pread(file.get(), out.data(), out.size(), 0);
  return got < 0 ? std::nullopt : std::optional(static_cast<size_t>(got));
}

}  // namespace dpt
