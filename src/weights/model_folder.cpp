#include "weights/model_folder.h"

#include <set>
#include <span>
#include <system_error>
#include <utility>

#include "base/file/file.h"
#include "base/json.h"
#include "weights/other_content.h"
#include "weights/safetensors/shard_index.h"
#include "weights/source.h"

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

using Files = std::vector<std::shared_ptr<const Checkpoint>>;

std::string read_text(const fs::path& path) {
  const auto bytes = read_file(path, largest_text, ErrorKind::model);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto other = failed_download(text)) {
    fail(ErrorKind::model, "{}: expected JSON, found {}", shown(path), *other);
  }
  return text;
}

std::optional<std::string> read_text_if_present(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  return read_text(path);
}

/// A file, and the tensors that it must hold.
struct ExpectedFile {
  fs::path path;
  std::set<std::string> tensors{};
};

std::vector<ExpectedFile> shards_of(const fs::path& index, const std::string& text) {
  const Source source{shown(index), std::as_bytes(std::span(text))};
  std::vector<ExpectedFile> files;
  for (auto& [file, names] : read_shard_index(source)) {
    fs::path path = index.parent_path() / file;
    if (!fs::exists(path)) {
      source.fail("names the file {} for {} of the tensors, which is not in the folder",
                  printable(file), names.size());
    }
    files.push_back({std::move(path), names});
  }
  return files;
}

struct ExpectedFiles {
  fs::path said_by;  ///< the index, or the only file
  std::vector<ExpectedFile> files;
};

ExpectedFiles find_files(const fs::path& folder) {
  for (const WeightsName& known : weights_names) {
    const fs::path path = folder / known.name;
    if (!fs::exists(path)) continue;
    if (known.is_index) return {path, shards_of(path, read_text(path))};
    return {path, {{path}}};
  }
  fail(ErrorKind::model,
       "{}: expected a folder with model.safetensors, model.safetensors.index.json, "
       "pytorch_model.bin or pytorch_model.bin.index.json; found none of them",
       shown(folder));
}

Files open_weights(const fs::path& folder) {
  const ExpectedFiles expected = find_files(folder);
  Files files;
  for (const auto& [path, names] : expected.files) {
    files.push_back(open_checkpoint(path));
    for (const std::string& name : names) {
      if (files.back()->tensors().contains(name)) continue;
      fail(ErrorKind::model, "{}: tensor {} is not in {}", shown(expected.said_by), printable(name),
           shown(path.filename()));
    }
  }
  return files;
}

/// The "image_processor" of processor_config.json, which transformers prefers to the other file.
std::optional<std::string> nested_preprocessor(const fs::path& folder) {
  const auto text = read_text_if_present(folder / processor_config_name);
  if (!text) return std::nullopt;
  const fs::path path = folder / processor_config_name;
  try {
    const Json object = Json::parse(*text);
    if (!object.is_object()) fail(ErrorKind::model, "{}: is not a JSON object", shown(path));
    const Json* found = object.find("image_processor");
    if (found == nullptr || found->is_null()) return std::nullopt;
    return found->dump();
  } catch (const Json::Exception& error) {
    fail(ErrorKind::model, "{}: is not a JSON object: {}", shown(path), error.what());
  }
}

}  // namespace

std::vector<fs::path> weight_files(const fs::path& file_or_folder) {
  std::error_code ignored;
  if (!fs::is_directory(file_or_folder, ignored)) return {file_or_folder};
  std::vector<fs::path> paths;
  for (ExpectedFile& file : find_files(file_or_folder).files) paths.push_back(std::move(file.path));
  return paths;
}

ModelFolder open_model_folder(const fs::path& folder) {
  ModelFolder found{open_weights(folder), read_text_if_present(folder / config_name), std::nullopt};
  found.preprocessor_config = nested_preprocessor(folder);
  found.nested_preprocessor = found.preprocessor_config.has_value();
  if (!found.nested_preprocessor) {
    found.preprocessor_config = read_text_if_present(folder / preprocessor_config_name);
  }
  return found;
}

}  // namespace dpt::weights
