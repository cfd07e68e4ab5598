// A record of what was done, one JSON object a line, that outlives a killed run.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace dpt::cli {

/// Appends to a file. A line is written in one piece, so that several processes may share it and a
/// killed one leaves at most its last line cut, which the next to open the file ends.
class Manifest {
 public:
  /// Throws Error(input) when the file cannot be written.
  explicit Manifest(std::filesystem::path path);
  ~Manifest();
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;

  struct Entry {
    std::filesystem::path input;
    std::span<const std::filesystem::path> outputs;
    double seconds = 0;  ///< from the reading of the picture to the writing of the results
    std::string error;   ///< empty: done
  };
  /// Adds the entry with the time (UTC) and the SHA-256 of the input where it can be read. May be
  /// called by several threads. Throws Error(input).
  void add(const Entry& entry);

 private:
  std::filesystem::path path_;
  int file_;
};

}  // namespace dpt::cli
