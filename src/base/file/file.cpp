#include "base/file/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/file/descriptor.h"
#include "base/file/new_file.h"

namespace dpt {

namespace fs = std::filesystem;

std::string shown(const fs::path& path) { return printable(path.string(), 1000); }

namespace {

/// Before anything is opened: opening a pipe waits for its other end, and closing it again ends a
/// writer that was waiting.
struct stat status_of(const fs::path& path, ErrorKind kind) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail_with_errno(kind, path, "open");
  if (S_ISDIR(status.st_mode)) fail(kind, "{}: is a folder, expected a file", shown(path));
  return status;
}

Descriptor opened(const fs::path& path, ErrorKind kind) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail_with_errno(kind, path, "open");
  return file;
}

size_t size_of(const Descriptor& file, const fs::path& path, ErrorKind kind) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_with_errno(kind, path, "examine");
  return static_cast<size_t>(status.st_size);
}

/// Opens an existing regular file and gives its size.
Descriptor open_regular(const fs::path& path, ErrorKind kind, size_t& size) {
  if (!S_ISREG(status_of(path, kind).st_mode)) {
    fail(kind, "{}: is not a regular file", shown(path));
  }
  Descriptor file = opened(path, kind);
  size = size_of(file, path, kind);
  return file;
}

/// The number of a descriptor that a path of Linux's names: /dev/stdin, /dev/fd/3; else -1.
int descriptor_named(const fs::path& path) {
  if (path == "/dev/stdin") return STDIN_FILENO;
  const fs::path folder = path.parent_path();
  if (folder != "/dev/fd" && folder != "/proc/self/fd") return -1;
  const std::string name = path.filename().string();
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? number : -1;
}

/// What can be read once and tells no size: a pipe, a terminal, /dev/null, or a socket that this
/// process was given (sshd's standard input), which has a name but cannot be opened by it.
Descriptor open_stream(const fs::path& path, const struct stat& status, ErrorKind kind) {
  if (S_ISSOCK(status.st_mode) && descriptor_named(path) >= 0) {
    Descriptor file(::fcntl(descriptor_named(path), F_DUPFD_CLOEXEC, 0));
    if (file.get() < 0) fail_with_errno(kind, path, "open");
    return file;
  }
  const bool is_null = S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) {
    fail(kind, "{}: is not a regular file or a pipe", shown(path));
  }
  Descriptor file = opened(path, kind);
  if (S_ISCHR(status.st_mode) && !is_null && ::isatty(file.get()) == 0) {
    fail(kind, "{}: is not a regular file or a pipe", shown(path));
  }
  return file;
}

/// Reads until the end, or until `bytes` is full.
size_t fill(const Descriptor& file, std::span<std::byte> bytes, const fs::path& path,
            ErrorKind kind) {
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_with_errno(kind, path, "read");
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  return filled;
}

/// Takes memory as bytes come.
std::vector<std::byte> read_stream(const Descriptor& file, const fs::path& path, size_t limit,
                                   ErrorKind kind) {
  std::vector<std::byte> bytes;
  for (size_t next = size_t{1} << 16;; next = bytes.size()) {
    const size_t before = bytes.size();
    bytes.resize(before + std::min(next, limit + 1 - before));
    const size_t got = fill(file, std::span(bytes).subspan(before), path, kind);
    const bool ended = before + got < bytes.size();
    bytes.resize(before + got);
    if (bytes.size() > limit) {
      fail(kind, "{}: has more bytes than the limit of {}", shown(path), limit);
    }
    if (ended) return bytes;
  }
}

void replace_file(const fs::path& path, std::span<const std::byte> bytes) {
  NewFile temporary(path);
  temporary.write(bytes);
  temporary.move_into_place();
}

}  // namespace

MappedFile::MappedFile(const fs::path& path, ErrorKind kind) {
  const Descriptor file = open_regular(path, kind, size_);
  if (size_ == 0) return;
  void* memory = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED) {
    fail_with_errno(errno == ENOMEM ? ErrorKind::resource : kind, path, "map");
  }
  data_ = static_cast<const std::byte*>(memory);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release(std::span<const std::byte> part) const {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = static_cast<size_t>(part.data() - data_);
  const size_t first = (begin + page - 1) / page * page;
  const size_t last = (begin + part.size()) / page * page;
  if (first < last) ::madvise(const_cast<std::byte*>(data_) + first, last - first, MADV_DONTNEED);
}

std::vector<std::byte> read_file(const fs::path& path, size_t limit, ErrorKind kind) {
  if (path == "-") {
    const Descriptor input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (input.get() < 0) fail_with_errno(kind, "standard input", "open");
    return read_stream(input, "standard input", limit, kind);
  }
  const struct stat status = status_of(path, kind);
  if (!S_ISREG(status.st_mode)) {
    return read_stream(open_stream(path, status, kind), path, limit, kind);
  }
  const Descriptor file = opened(path, kind);
  const size_t size = size_of(file, path, kind);
  if (size > limit) {
    fail(kind, "{}: has {} bytes, more than the limit of {}", shown(path), size, limit);
  }
  std::vector<std::byte> bytes(size);
  bytes.resize(fill(file, bytes, path, kind));  // it may have become shorter meanwhile
  return bytes;
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  if (path == "-") {
    write_all(STDOUT_FILENO, bytes, "standard output");
    return;
  }
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    fail(ErrorKind::input, "{}: is a folder, expected a file name", shown(path));
  }
  if (exists && !S_ISREG(status.st_mode)) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) fail_with_errno(ErrorKind::input, path, "open");
    write_all(file.get(), bytes, path);
    return;
  }
  // A link is followed, so that the file it names is replaced and not the link.
  std::error_code ignored;
  const fs::path target =
      fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  replace_file(target.empty() ? path : target, bytes);
}

}  // namespace dpt
