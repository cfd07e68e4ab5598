#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/descriptor.h"
#include "base/new_file.h"

namespace dpt {

namespace fs = std::filesystem;

std::string shown(const fs::path& path) { return printable(path.string(), 1000); }

namespace {

/// Opens an existing regular file and gives its size.
Descriptor open_regular(const fs::path& path, ErrorKind kind, size_t& size) {
  // Opening a pipe would wait for its other end; to regular files the flag means nothing.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail_with_errno(kind, path, "open");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_with_errno(kind, path, "examine");
  if (S_ISDIR(status.st_mode)) fail(kind, "{}: is a folder, expected a file", shown(path));
  if (!S_ISREG(status.st_mode)) fail(kind, "{}: is not a regular file", shown(path));
  size = static_cast<size_t>(status.st_size);
  return file;
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
  size_t size = 0;
  const Descriptor file = open_regular(path, kind, size);
  if (size > limit) {
    fail(kind, "{}: has {} bytes, more than the limit of {}", shown(path), size, limit);
  }
  std::vector<std::byte> bytes(size);
  size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(file.get(), bytes.data() + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_with_errno(kind, path, "read");
    if (got == 0) break;  // the file became shorter meanwhile
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
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
