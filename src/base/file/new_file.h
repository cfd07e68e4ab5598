// A file that gets its name when it is whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace dpt {

/// A new file beside its final place, gone unless it gets there: without a name where the system
/// can do that (so that even a killed process leaves nothing), else under a hidden one.
class NewFile {
 public:
  /// Throws Error(input) naming `target` when no file can be made there.
  explicit NewFile(std::filesystem::path target);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Appends. Throws Error(input); so do all calls that follow an error.
  void write(std::span<const std::byte> bytes);

  /// For libraries that open files by name: the file under a name that this process can open for
  /// reading and writing.
  std::string name_for_opening() const;

  /// Only what is safely on the disk takes the final name. Throws Error(input).
  void move_into_place();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dpt
