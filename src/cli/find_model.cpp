#include "cli/find_model.h"

#include <system_error>

#include "base/error.h"
#include "base/settings.h"
#include "cli/model_store.h"
#include "cli/paths.h"
#include "cli/registry.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

fs::path folder_of_hugging_face_file(const fs::path& path) {
  std::error_code ignored;
  const fs::path name = path.filename();
  const bool named_so = name == "model.safetensors" || name == "pytorch_model.bin" ||
                        name == "model.safetensors.index.json" ||
                        name == "pytorch_model.bin.index.json";
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  return named_so && fs::exists(folder / "config.json", ignored) ? folder : path;
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

fs::path find_model(const std::string& path_or_name) {
  std::error_code ignored;
  if (path_or_name.empty()) fail(ErrorKind::usage, "the model's name is empty");
  if (fs::exists(path_or_name, ignored)) return folder_of_hugging_face_file(path_or_name);
  if (const auto repo = parse_hf(path_or_name)) {
    if (const auto snapshot = find_snapshot(*repo)) return *snapshot;
    fail(ErrorKind::model, "{0}: not on this machine; \"dpt models pull {0}\" gets it",
         path_or_name);
  }
  const Registry registry(models_folder());
  const KnownModel* model = registry.find(path_or_name);
  if (model == nullptr) {
    fail(ErrorKind::model, "{}: neither a file, a folder nor a known model{} (dpt models list)",
         shown(path_or_name), registry.nearest(path_or_name));
  }
  if (!model->is_supported()) {
    fail(ErrorKind::model, "{}: this version does not run models of the family {}", model->name,
         model->architecture);
  }
  return registry.require(*model);
}

}  // namespace dpt::cli
