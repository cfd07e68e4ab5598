#include "cli/find_model.h"

#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/settings.h"
#include "store/find_model.h"
#include "weights/model_files.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

fs::path models_folder() {
  if (settings().models) {
    if (is_folder(*settings().models)) return *settings().models;
    fail(ErrorKind::model, "{}: is no folder (DPT_MODELS)", shown(*settings().models));
  }
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const auto beside_program = [&](const char* relative) {
    return (program.parent_path() / relative).lexically_normal();
  };
  const fs::path installed = beside_program(DPT_INSTALLED_MODELS);
  for (const fs::path& folder : {installed, beside_program(DPT_SOURCE_MODELS)}) {
    if (!program.empty() && is_folder(folder)) return folder;
  }
  fail(
      ErrorKind::model,
      "{}: the folder of known models is not there; set DPT_MODELS to a copy of it, or name a file",
      shown(installed));
}

store::CacheFolders cache_folders() {
  const Settings& said = settings();
  std::optional<fs::path> cache;
  if (said.cache_home) {
    cache = *said.cache_home;
  } else if (said.home) {
    cache = fs::path(*said.home) / ".cache";
  }
  store::CacheFolders folders;
  folders.if_none = "HOME is not set: there is no place for downloaded models";
  if (cache) folders.checkpoints = *cache / "dpt" / "models";
  if (said.hf_hub_cache) {
    folders.hub = *said.hf_hub_cache;
  } else if (said.hf_home) {
    folders.hub = fs::path(*said.hf_home) / "hub";
  } else if (cache) {
    folders.hub = *cache / "huggingface" / "hub";
  }
  return folders;
}

store::Registry open_registry() { return store::Registry(models_folder(), cache_folders()); }

fs::path find_model(const std::string& path_or_name) {
  return store::find_model(path_or_name, cache_folders(), open_registry);
}

std::vector<fs::path> model_files(const std::string& model) {
  std::vector<fs::path> files;
  const auto add = [&](const std::string& name) {
    files.emplace_back(name);
    try {
      for (const fs::path& file : weights::reserved_files(find_model(name))) files.push_back(file);
    } catch (const Error&) {
      // Opening the model says what is wrong.
    }
  };
  if (!model.empty()) {
    add(model);
  } else {
    for (const char* starter : {"starter-depth", "starter-segmentation"}) add(starter);
  }
  return files;
}

}  // namespace dpt::cli
