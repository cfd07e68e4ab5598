// A record of what was done, one JSON object a line, that outlives a killed run.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>

namespace dpt::batch {

/// What a result depends on beside its picture.
struct MadeBy {
  std::string model;         ///< name of its file or folder, which may say what weights cannot
  std::string model_sha256;  ///< of a folder: one after the other
  std::string options;       ///< as given, without those that change no result
  bool operator==(const MadeBy&) const = default;
};

/// The primary results, as they are named there, whose last entry in the manifest tells of another
/// model or other options. Lines that cannot be read and entries without these tell nothing.
std::set<std::filesystem::path> made_by_others(const std::filesystem::path& manifest,
                                               const MadeBy& now);

/// Appends to a file. A line is written in one piece, so that several processes may share it and a
/// killed one leaves at most its last line cut, which the next to open the file ends.
class Manifest {
 public:
  /// Makes the file, and its folder. Throws Error(input) when it cannot be written.
  Manifest(std::filesystem::path path, MadeBy made_by);
  ~Manifest();
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;

  struct Entry {
    std::filesystem::path input;
    std::span<const std::filesystem::path> outputs;
    double seconds = 0;  ///< from the reading of the picture to the writing of the results
    std::string error;   ///< empty: done
  };
  /// Adds the entry with the time (UTC), what it is made by, and the SHA-256 of the input where it
  /// can be read. May be called by several threads. Throws Error(input).
  void add(const Entry& entry);

 private:
  std::filesystem::path path_;
  MadeBy made_by_;
  int file_ = -1;
};

}  // namespace dpt::batch
