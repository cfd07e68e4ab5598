// A folder as Hugging Face's save_pretrained() writes it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weights/checkpoint.h"
#include "weights/model_files.h"

namespace dpt::weights {

struct ModelFolder {
  std::vector<std::shared_ptr<const Checkpoint>> files;  ///< as ModelFiles::weights
  std::optional<std::string> config;                     ///< text of config.json
  std::optional<std::string> preprocessor_config;        ///< text of preprocessor_config.json
  bool nested_preprocessor = false;                      ///< it comes from processor_config.json
};

/// Opens the files that find_model_files() finds in the folder. Texts have at most 16 MB. A shard
/// must hold what the index says. Throws Error(model).
ModelFolder open_model_folder(const std::filesystem::path& folder, NameTables tables);

}  // namespace dpt::weights
