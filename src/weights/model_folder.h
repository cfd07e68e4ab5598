// A folder as Hugging Face's save_pretrained() writes it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weights/checkpoint.h"

namespace dpt::weights {

/// A model's two texts: files of a Hugging Face folder, or metadata of a single safetensors file.
inline constexpr const char* config_name = "config.json";
inline constexpr const char* preprocessor_config_name = "preprocessor_config.json";
/// Where newer releases of transformers keep the same, as its "image_processor".
inline constexpr const char* processor_config_name = "processor_config.json";
inline constexpr size_t largest_text = 16'000'000;  ///< bytes of one of them

struct ModelFolder {
  std::vector<std::shared_ptr<const Checkpoint>> files;  ///< shards in the order of their names
  std::optional<std::string> config;                     ///< text of config.json
  std::optional<std::string> preprocessor_config;        ///< text of preprocessor_config.json
  bool nested_preprocessor = false;                      ///< it comes from processor_config.json
};

/// The files that hold the weights of what WeightSet::open() takes, by their names: the file
/// itself, or those of a folder as open_model_folder() finds them. Throws Error(model).
std::vector<std::filesystem::path> weight_files(const std::filesystem::path& file_or_folder);

/// Opens the first present of model.safetensors, model.safetensors.index.json with its shards,
/// pytorch_model.bin, and pytorch_model.bin.index.json with its shards. Texts have at most 16 MB. A
/// shard must lie in the folder and hold what the index says. Throws Error(model).
ModelFolder open_model_folder(const std::filesystem::path& folder);

}  // namespace dpt::weights
