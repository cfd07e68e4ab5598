#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace dpt {

namespace fs = std::filesystem;

namespace {

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

std::string shown(const fs::path& path) { return printable(path.string(), 1000); }

[[noreturn]] void fail_with_errno(ErrorKind kind, const fs::path& path, const char* action) {
  const int code = errno;
  fail(kind, "{}: cannot {}: {}", shown(path), action, std::strerror(code));
}

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

void write_all(int descriptor, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_with_errno(ErrorKind::input, path, "write");
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

/// A new file beside its final place, gone unless it gets there: without a name where the system
/// can do that (so that even a killed process leaves nothing), else under a name of its own.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path target)
      : target_(std::move(target)),
        folder_(target_.has_parent_path() ? target_.parent_path() : fs::path(".")),
        file_(create()) {}
  ~TemporaryFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::span<const std::byte> bytes) { write_all(file_.get(), bytes, target_); }

  /// Only what is safely on the disk takes the final name.
  void move_into_place() {
    if (::fsync(file_.get()) != 0) fail_with_errno(ErrorKind::input, target_, "write");
    if (name_.empty()) {
      if (link_to(target_)) return;
      // A link does not replace a file that is there; renaming does.
      name_ = new_name();
      while (!link_to(name_)) {
        if (errno != EEXIST) {
          name_.clear();
          fail_with_errno(ErrorKind::input, target_, "create");
        }
        name_ = new_name();
      }
    }
    if (!file_.close()) fail_with_errno(ErrorKind::input, target_, "write");
    if (::rename(name_.c_str(), target_.c_str()) != 0) {
      fail_with_errno(ErrorKind::input, target_, "create");
    }
    name_.clear();
  }

 private:
  /// Not mkstemp: its files are private to the user, whatever the umask says.
  Descriptor create() {
    Descriptor unnamed(::open(folder_.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
    if (unnamed.get() >= 0 && ::access(link_of(unnamed).c_str(), F_OK) == 0) return unnamed;
    for (;;) {
      std::string name = new_name();
      Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (file.get() >= 0) {
        name_ = std::move(name);
        return file;
      }
      if (errno != EEXIST) fail_with_errno(ErrorKind::input, target_, "create");
    }
  }

  std::string new_name() const {
    static std::atomic<unsigned> serial{0};
    return (folder_ / fmt::format(".dpt-{}-{}", ::getpid(), serial++)).string();
  }

  static std::string link_of(const Descriptor& file) {
    return fmt::format("/proc/self/fd/{}", file.get());
  }
  bool link_to(const fs::path& path) const {
    return ::linkat(AT_FDCWD, link_of(file_).c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) ==
           0;
  }

  fs::path target_;
  fs::path folder_;
  std::string name_;  // empty: none
  Descriptor file_;
};

void replace_file(const fs::path& path, std::span<const std::byte> bytes) {
  TemporaryFile temporary(path);
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
