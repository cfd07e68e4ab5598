// Files: read-only mapping, reading with a limit, and writing that never leaves half a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace dpt {

/// A path for messages: printable() with a limit that paths need.
std::string shown(const std::filesystem::path& path);

/// A file mapped read-only. Errors name the file and are of the kind given.
class MappedFile {
 public:
  MappedFile(const std::filesystem::path& path, ErrorKind kind);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  /// Lets the system take back the pages of a part that is not needed again soon; reading it later
  /// is still valid.
  void release(std::span<const std::byte> part) const;

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

/// The whole file; refuses one larger than `limit` bytes before any memory is taken. "-" is
/// standard input; that, pipes and devices are read once, up to the limit.
std::vector<std::byte> read_file(const std::filesystem::path& path, size_t limit, ErrorKind kind);

/// Writes the whole file, or leaves what was there: a temporary file beside it is written, flushed
/// to the disk and renamed. Things that are not regular files (/dev/null, pipes) are written
/// directly; "-" is standard output. Throws Error(input) naming the file and the reason.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace dpt
