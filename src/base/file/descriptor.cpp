#include "base/file/descriptor.h"

namespace dpt {

void write_all(int descriptor, std::span<const std::byte> bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_with_errno(ErrorKind::input, path, "write");
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

}  // namespace dpt
