// From what -m says to a file or folder.
#pragma once

#include <filesystem>
#include <string>

namespace dpt::cli {

/// The folder of registry.json and the starter models: DPT_MODELS, else share/dpt/models beside the
/// installed program, else models/ of the source tree. Throws Error(model) when there is none.
std::filesystem::path models_folder();

/// A path that exists is taken as it is, except that model.safetensors or pytorch_model.bin (or
/// their index of shards) beside a config.json means their folder, since the file alone does not
/// say all. Anything else is a name of the registry. Throws Error(model).
std::filesystem::path find_model(const std::string& path_or_name);

}  // namespace dpt::cli
