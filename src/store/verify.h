// Whether a model's files are what was published, and its values numbers.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "store/registry.h"

namespace dpt::store {

/// A file of weights beside what is known of it.
struct VerifiedFile {
  std::filesystem::path path;
  std::string sha256;         ///< of the file: 64 hexadecimal digits
  std::string expected;       ///< the whole hash or its first digits; empty: nothing is known
  std::optional<bool> match;  ///< nothing where nothing is known
  std::string same_as;        ///< the known model that has this hash, if any
};

struct Verification {
  std::vector<VerifiedFile> files;      ///< of the weights
  std::vector<std::string> non_finite;  ///< tensors with infinite values or NaN

  /// No hash differs and every value is finite.
  bool is_good() const;
};

/// Expected is what the registry says of the model, or of a file named NAME-2f21e586.pt the 8
/// digits, as official files are. Reads all weights. Throws Error(model).
Verification verify_model(const std::filesystem::path& file_or_folder, const Registry& registry);

}  // namespace dpt::store
