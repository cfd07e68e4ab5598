#include "weights/model_folder.h"

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "weights/text_file.h"

namespace dpt::weights {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> read_if_present(const fs::path* path) {
  if (path == nullptr) return std::nullopt;
  return read_text(*path);
}

std::vector<std::shared_ptr<const Checkpoint>> open_weights(const ModelFiles& model,
                                                            NameTables tables) {
  std::vector<std::shared_ptr<const Checkpoint>> files;
  for (const auto& [path, names] : model.weights) {
    files.push_back(open_checkpoint(path, tables));
    for (const std::string& name : names) {
      if (files.back()->tensors().contains(name)) continue;
      fail(ErrorKind::model, "{}: tensor {} is not in {}", shown(*model.index), printable(name),
           shown(path.filename()));
    }
  }
  return files;
}

/// The "image_processor" of processor_config.json, which transformers prefers to the other file.
std::optional<std::string> nested_preprocessor(const fs::path* path) {
  const auto text = read_if_present(path);
  if (!text) return std::nullopt;
  try {
    const Json object = Json::parse(*text);
    if (!object.is_object()) fail(ErrorKind::model, "{}: is not a JSON object", shown(*path));
    const Json* found = object.find("image_processor");
    if (found == nullptr || found->is_null()) return std::nullopt;
    return found->dump();
  } catch (const Json::Exception& error) {
    fail(ErrorKind::model, "{}: is not a JSON object: {}", shown(*path), error.what());
  }
}

}  // namespace

ModelFolder open_model_folder(const fs::path& folder, NameTables tables) {
  const ModelFiles model = find_model_files(folder);
  ModelFolder found{open_weights(model, tables), read_if_present(model.config(config_name)),
                    std::nullopt};
  found.preprocessor_config = nested_preprocessor(model.config(processor_config_name));
  found.nested_preprocessor = found.preprocessor_config.has_value();
  if (!found.nested_preprocessor) {
    found.preprocessor_config = read_if_present(model.config(preprocessor_config_name));
  }
  return found;
}

}  // namespace dpt::weights
