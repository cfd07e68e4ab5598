#include "base/file/new_file.h"

#include <fcntl.h>

#include <atomic>

#include "base/file/descriptor.h"

namespace dpt {

namespace fs = std::filesystem;

struct NewFile::State {
  explicit State(fs::path path)
      : target(std::move(path)),
        folder(target.has_parent_path() ? target.parent_path() : fs::path(".")),
        file(create()) {}
  ~State() {
    if (!name.empty()) ::unlink(name.c_str());
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Not mkstemp: its files are private to the user, whatever the umask says.
  Descriptor create() {
    Descriptor unnamed(::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0666));
    if (unnamed.get() >= 0 && ::access(link_of(unnamed).c_str(), F_OK) == 0) return unnamed;
    for (;;) {
      std::string candidate = new_name();
      Descriptor named(::open(candidate.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (named.get() >= 0) {
        name = std::move(candidate);
        return named;
      }
      if (errno != EEXIST) fail_with_errno(ErrorKind::input, target, "create");
    }
  }

  std::string new_name() const {
    static std::atomic<unsigned> serial{0};
    return (folder / fmt::format(".dpt-{}-{}", ::getpid(), serial++)).string();
  }

  static std::string link_of(const Descriptor& descriptor) {
    return fmt::format("/proc/self/fd/{}", descriptor.get());
  }
  bool link_to(const fs::path& path) const {
    return ::linkat(AT_FDCWD, link_of(file).c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) ==
           0;
  }

  void expect_open() const {
    if (is_open) return;
    fail(ErrorKind::input, "{}: takes nothing more: it has its name, or writing it failed",
         shown(target));
  }

  fs::path target;
  fs::path folder;
  std::string name;     // empty: none
  bool is_open = true;  // false: it has its name, or some of it may be missing
  Descriptor file;
};

NewFile::NewFile(fs::path target) : state_(std::make_unique<State>(std::move(target))) {}
NewFile::~NewFile() = default;

void NewFile::write(std::span<const std::byte> bytes) {
  State& s = *state_;
  s.expect_open();
  s.is_open = false;  // unless all is written
  write_all(s.file.get(), bytes, s.target);
  s.is_open = true;
}

std::string NewFile::name_for_opening() const {
  return state_->name.empty() ? State::link_of(state_->file) : state_->name;
}

void NewFile::move_into_place() {
  State& s = *state_;
  s.expect_open();
  s.is_open = false;
  if (::fsync(s.file.get()) != 0) fail_with_errno(ErrorKind::input, s.target, "write");
  if (s.name.empty()) {
    if (s.link_to(s.target)) return;
    // A link does not replace a file that is there; renaming does.
    s.name = s.new_name();
    while (!s.link_to(s.name)) {
      if (errno != EEXIST) {
        s.name.clear();
        fail_with_errno(ErrorKind::input, s.target, "create");
      }
      s.name = s.new_name();
    }
  }
  if (!s.file.close()) fail_with_errno(ErrorKind::input, s.target, "write");
  if (::rename(s.name.c_str(), s.target.c_str()) != 0) {
    fail_with_errno(ErrorKind::input, s.target, "create");
  }
  s.name.clear();
}

}  // namespace dpt
