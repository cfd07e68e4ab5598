// From what -m says to a file or folder, by what the environment says of this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "store/cache.h"
#include "store/registry.h"

namespace dpt::cli {

/// The folder of registry.json and the starter models: DPT_MODELS, else share/dpt/models beside the
/// installed program, else models/ of the source tree. Throws Error(model) when there is none.
std::filesystem::path models_folder();

/// $XDG_CACHE_HOME/dpt/models, else ~/.cache/dpt/models; and $HF_HUB_CACHE, $HF_HOME/hub,
/// $XDG_CACHE_HOME/huggingface/hub, else ~/.cache/huggingface/hub.
store::CacheFolders cache_folders();

/// That of models_folder(). Throws Error(model).
store::Registry open_registry();

/// As store::find_model().
std::filesystem::path find_model(const std::string& path_or_name);

/// The files of what `model` (-m) names, which no result may replace; without a name those of the
/// starter models. Throws nothing: where there is no such model there is nothing to be read.
std::vector<std::filesystem::path> model_files(const std::string& model);

}  // namespace dpt::cli
