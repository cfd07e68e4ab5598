// Which files a model consists of: the one answer for opening, hashing, fetching, removing and
// protecting them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dpt::weights {

/// A model's two texts: files of a Hugging Face folder, or metadata of a single safetensors file.
inline constexpr const char* config_name = "config.json";
inline constexpr const char* preprocessor_config_name = "preprocessor_config.json";
/// Where newer releases of transformers keep the same, as its "image_processor".
inline constexpr const char* processor_config_name = "processor_config.json";
inline constexpr size_t largest_text = 16'000'000;  ///< bytes of one of them, or of an index

/// A file of tensors.
struct WeightFile {
  std::filesystem::path path;
  std::set<std::string> tensors{};  ///< that it must hold, as an index says; empty without one
};

/// All files that a model's results depend on.
struct ModelFiles {
  std::vector<WeightFile> weights;             ///< the file, or the shards in order of their names
  std::optional<std::filesystem::path> index;  ///< that names the shards
  /// Those that there are of config.json, preprocessor_config.json and processor_config.json, in
  /// this order; of a folder only.
  std::vector<std::filesystem::path> configs;

  std::vector<std::filesystem::path> weight_paths() const;
  /// Weights, index, configurations.
  std::vector<std::filesystem::path> all() const;
  /// The one of `configs` with this name; null when there is none.
  const std::filesystem::path* config(const char* name) const;
};

/// The files of what WeightSet::open() takes. A file is its own weights. Of a folder the first
/// present of model.safetensors, model.safetensors.index.json with its shards, pytorch_model.bin,
/// and pytorch_model.bin.index.json with its shards. Weight files themselves are not opened. Throws
/// Error(model) for a folder without weights and for an index that cannot be followed: a shard must
/// lie in the folder.
ModelFiles find_model_files(const std::filesystem::path& file_or_folder);

/// What nobody who reads the model may write over: find_model_files(), and in a folder every name
/// under which weights or configurations are looked for, since such a file would take part in the
/// model. Throws nothing: of a broken model it gives what can be told.
std::vector<std::filesystem::path> reserved_files(const std::filesystem::path& file_or_folder);

/// True for the names in a folder that find_model_files() begins with, such as "model.safetensors".
bool is_weights_name(const std::filesystem::path& name);

/// What to take of a folder that has other files as well, by their names.
struct FolderChoice {
  std::string weights;  ///< one file of weights, or the index of its shards
  bool is_index = false;
  std::vector<std::string> configs;
};

/// find_model_files() where only names are known: `has` says whether the folder has a file of this
/// name. Nothing where there are no weights.
std::optional<FolderChoice> choose_files(const std::function<bool(const std::string&)>& has);

/// The shards that an index names, sorted; they need not be there. Throws Error(model).
std::vector<std::string> shard_names(const std::filesystem::path& index);

}  // namespace dpt::weights
