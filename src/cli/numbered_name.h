// Files that are told apart by a number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace dpt::cli {

/// "out/a_%04d.png": what stands before and after the number, and how many digits it has at least.
class NumberedName {
 public:
  /// Throws Error(usage), its text beginning with `option`, unless the last part of the path holds
  /// one %d or %0Nd.
  NumberedName(const std::string& option, const std::string& pattern);

  std::filesystem::path of(int64_t number) const;
  /// The number of a file in folder().
  std::optional<int64_t> number_of(const std::filesystem::path& file) const;
  std::filesystem::path folder() const;

 private:
  std::string before_, after_;
  int digits_ = 0;
};

}  // namespace dpt::cli
