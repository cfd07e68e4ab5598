#include "store/verify.h"

#include <algorithm>

#include "base/file/sha256.h"
#include "model/families.h"

namespace dpt::store {

namespace fs = std::filesystem;

namespace {

/// The first 8 digits of the hash, which official file names end in: NAME-2f21e586.pt.
std::string hash_in_name(const fs::path& file) {
  constexpr size_t digits = 8;
  const std::string stem = file.stem().string();
  if (stem.size() <= digits || stem[stem.size() - digits - 1] != '-') return {};
  const std::string suffix = stem.substr(stem.size() - digits);
  const bool is_hex = suffix.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hex ? suffix : std::string();
}

VerifiedFile verify_file(const fs::path& file, const KnownModel* known, const Registry& registry) {
  VerifiedFile found{file, sha256_of_file(file), {}, std::nullopt, {}};
  if (known != nullptr) found.expected = known->sha256;
  if (found.expected.empty() && known != nullptr) found.expected = known->sha256_prefix;
  if (found.expected.empty()) found.expected = hash_in_name(file);
  if (!found.expected.empty()) found.match = found.sha256.starts_with(found.expected);
  const auto same = std::find_if(registry.models().begin(), registry.models().end(),
                                 [&](const KnownModel& model) {
                                   return !model.sha256.empty() && model.sha256 == found.sha256;
                                 });
  if (same != registry.models().end()) found.same_as = same->name;
  return found;
}

}  // namespace

bool Verification::is_good() const {
  return non_finite.empty() && std::all_of(files.begin(), files.end(), [](const auto& file) {
           return file.match.value_or(true);
         });
}

Verification verify_model(const fs::path& file_or_folder, const Registry& registry) {
  const std::vector<fs::path> files = weights::find_model_files(file_or_folder).weight_paths();
  const KnownModel* known = files.size() == 1 ? registry.find_file(file_or_folder) : nullptr;
  Verification result;
  for (const fs::path& file : files) result.files.push_back(verify_file(file, known, registry));
  const weights::WeightSet weights = model::open_weights(file_or_folder);
  for (const std::string& key : weights.keys()) {
    if (weights.count_non_finite(key) > 0) result.non_finite.push_back(key);
  }
  return result;
}

}  // namespace dpt::store
