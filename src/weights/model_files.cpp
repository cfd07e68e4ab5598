#include "weights/model_files.h"

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

#include "base/file/file.h"
#include "weights/safetensors/shard_index.h"
#include "weights/source.h"
#include "weights/text_file.h"

namespace dpt::weights {

namespace fs = std::filesystem;

namespace {

/// In the order in which transformers looks for them.
struct WeightsName {
  const char* name;
  bool is_index;
};
constexpr WeightsName weights_names[] = {{"model.safetensors", false},
                                         {"model.safetensors.index.json", true},
                                         {"pytorch_model.bin", false},
                                         {"pytorch_model.bin.index.json", true}};
constexpr const char* config_names[] = {config_name, preprocessor_config_name,
                                        processor_config_name};

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

ShardMap read_index(const fs::path& index) {
  const std::string text = read_text(index);
  return read_shard_index(Source{shown(index), std::as_bytes(std::span(text))});
}

std::vector<WeightFile> shards_of(const fs::path& index) {
  std::vector<WeightFile> files;
  for (auto& [file, names] : read_index(index)) {
    fs::path path = index.parent_path() / file;
    if (!fs::exists(path)) {
      fail(ErrorKind::model,
           "{}: names the file {} for {} of the tensors, which is not in the folder", shown(index),
           printable(file), names.size());
    }
    files.push_back({std::move(path), names});
  }
  return files;
}

}  // namespace

std::vector<fs::path> ModelFiles::weight_paths() const {
  std::vector<fs::path> paths;
  for (const WeightFile& file : weights) paths.push_back(file.path);
  return paths;
}

std::vector<fs::path> ModelFiles::all() const {
  std::vector<fs::path> paths = weight_paths();
  if (index) paths.push_back(*index);
  paths.insert(paths.end(), configs.begin(), configs.end());
  return paths;
}

const fs::path* ModelFiles::config(const char* name) const {
  const auto found = std::find_if(configs.begin(), configs.end(),
                                  [&](const fs::path& path) { return path.filename() == name; });
  return found == configs.end() ? nullptr : &*found;
}

bool is_weights_name(const fs::path& name) {
  return std::any_of(std::begin(weights_names), std::end(weights_names),
                     [&](const WeightsName& known) { return name == known.name; });
}

std::optional<FolderChoice> choose_files(const std::function<bool(const std::string&)>& has) {
  for (const WeightsName& known : weights_names) {
    if (!has(known.name)) continue;
    FolderChoice choice{known.name, known.is_index, {}};
    for (const char* name : config_names) {
      if (has(name)) choice.configs.emplace_back(name);
    }
    return choice;
  }
  return std::nullopt;
}

std::vector<std::string> shard_names(const fs::path& index) {
  std::vector<std::string> names;
  for (const auto& [file, tensors] : read_index(index)) names.push_back(file);
  return names;
}

ModelFiles find_model_files(const fs::path& file_or_folder) {
  if (!is_folder(file_or_folder)) return {{{file_or_folder}}, std::nullopt, {}};
  const fs::path& folder = file_or_folder;
  const auto choice =
      choose_files([&](const std::string& name) { return fs::exists(folder / name); });
  if (!choice) {
    fail(ErrorKind::model,
         "{}: expected a folder with model.safetensors, model.safetensors.index.json, "
         "pytorch_model.bin or pytorch_model.bin.index.json; found none of them",
         shown(folder));
  }
  ModelFiles files;
  const fs::path path = folder / choice->weights;
  if (choice->is_index) files.index = path;
  files.weights = choice->is_index ? shards_of(path) : std::vector<WeightFile>{{path}};
  for (const std::string& name : choice->configs) files.configs.push_back(folder / name);
  return files;
}

std::vector<fs::path> reserved_files(const fs::path& file_or_folder) {
  std::vector<fs::path> files = {file_or_folder};
  if (!is_folder(file_or_folder)) return files;
  const fs::path& folder = file_or_folder;
  for (const char* name : config_names) files.push_back(folder / name);
  for (const WeightsName& known : weights_names) {
    files.push_back(folder / known.name);
    std::error_code ignored;
    if (!known.is_index || !fs::exists(files.back(), ignored)) continue;
    try {
      for (const std::string& shard : shard_names(folder / known.name)) {
        files.push_back(folder / shard);
      }
    } catch (const Error&) {
      // Opening the model says what is wrong with it.
    }
  }
  return files;
}

}  // namespace dpt::weights
