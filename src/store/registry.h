// models/registry.json: the published checkpoints.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/cache.h"

namespace dpt::store {

/// A published figure.
struct Accuracy {
  std::string dataset, metric, source;
  double value = 0;
};

/// One model; texts are empty where the registry has null. models/README.md says what they mean.
struct KnownModel {
  std::string name;
  std::vector<std::string> aliases;
  std::string task, architecture, variant, model_type;
  std::string file, url, repo;
  std::string sha256, sha256_prefix;
  std::string licence, notes;
  std::optional<int64_t> bytes;
  std::optional<bool> metric;
  std::vector<Accuracy> accuracy;
  Json json;  ///< the whole entry

  /// The registry lists families, too, that this version does not run.
  bool is_supported() const;
};

class Registry {
 public:
  /// Reads FOLDER/registry.json. `cache`: where pulled models are. Throws Error(model).
  explicit Registry(std::filesystem::path folder, CacheFolders cache = {});

  const std::vector<KnownModel>& models() const { return models_; }
  /// By name, alias, or the file's name; null when there is none.
  const KnownModel* find(std::string_view name) const;
  /// By repository on the Hub ("owner/name"); null when there is none.
  const KnownModel* find_repo(std::string_view repo) const;
  /// By its file or folder: one with the official file's name, or where locate() finds the model;
  /// null when it is none of these.
  const KnownModel* find_file(const std::filesystem::path& file_or_folder) const;
  /// As find(); throws Error(model) that suggests the nearest name.
  const KnownModel& get(std::string_view name) const;
  /// "; did you mean X?" or nothing.
  std::string nearest(std::string_view name) const;

  /// The model's file or Hugging Face folder, if it is there: below the registry's folder, or in
  /// the cache.
  std::optional<std::filesystem::path> locate(const KnownModel& model) const;
  /// As locate(); throws Error(model) that says where to get it and where to put it.
  std::filesystem::path require(const KnownModel& model) const;

  const std::filesystem::path& folder() const { return folder_; }
  const CacheFolders& cache() const { return cache_; }

 private:
  std::filesystem::path folder_;
  CacheFolders cache_;
  std::vector<KnownModel> models_;
};

}  // namespace dpt::store
