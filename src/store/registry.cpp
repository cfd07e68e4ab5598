#include "store/registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "model/families.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;
namespace {

constexpr size_t max_registry_bytes = size_t{16} << 20;

std::string text_of(const Json& entry, const char* key) {
  return entry.at(key).is_null() ? std::string() : entry.at(key).text();
}

KnownModel read_entry(const Json& entry) {
  KnownModel model;
  model.name = entry.at("name").text();
  for (const Json& alias : entry.at("aliases").items()) model.aliases.push_back(alias.text());
  model.task = text_of(entry, "task");
  model.architecture = text_of(entry, "architecture");
  model.variant = text_of(entry, "variant");
  model.model_type = text_of(entry, "model_type");
  model.file = text_of(entry, "file");
  model.url = text_of(entry, "url");
  model.repo = text_of(entry, "repo");
  model.sha256 = text_of(entry, "sha256");
  model.sha256_prefix = text_of(entry, "sha256_prefix");
  model.licence = text_of(entry, "licence");
  model.notes = text_of(entry, "notes");
  if (!entry.at("bytes").is_null()) model.bytes = entry.at("bytes").integer<int64_t>();
  if (!entry.at("metric").is_null()) model.metric = entry.at("metric").boolean();
  for (const Json& figure : entry.at("accuracy").items()) {
    model.accuracy.push_back({text_of(figure, "dataset"), text_of(figure, "metric"),
                              text_of(figure, "source"), figure.at("value").real()});
  }
  model.json = entry;
  return model;
}

std::vector<KnownModel> read_registry(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path, max_registry_bytes, ErrorKind::model);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  try {
    const Json registry = Json::parse({text, bytes.size()});
    const int format = registry.at("format").integer<int>();
    if (format != 1) {
      fail(ErrorKind::model, "{}: format {}, expected 1", shown(path), format);
    }
    std::vector<KnownModel> models;
    for (const Json& entry : registry.at("models").items()) models.push_back(read_entry(entry));
    return models;
  } catch (const Json::Exception& error) {
    fail(ErrorKind::model, "{}: {}", shown(path), printable(error.what()));
  }
}

bool has_name(const KnownModel& model, std::string_view name) {
  return model.name == name ||
         std::find(model.aliases.begin(), model.aliases.end(), name) != model.aliases.end() ||
         (!model.file.empty() && model.file == name);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

bool KnownModel::is_supported() const { return model::find_family(architecture) != nullptr; }

Registry::Registry(fs::path folder, CacheFolders cache)
    : folder_(std::move(folder)),
      cache_(std::move(cache)),
      models_(read_registry(folder_ / "registry.json")) {}

const KnownModel* Registry::find(std::string_view name) const {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const KnownModel& model) { return has_name(model, name); });
  return found == models_.end() ? nullptr : &*found;
}

const KnownModel* Registry::find_repo(std::string_view repo) const {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const KnownModel& model) { return model.repo == repo; });
  return found == models_.end() ? nullptr : &*found;
}

const KnownModel* Registry::find_file(const fs::path& file_or_folder) const {
  const std::string name = file_or_folder.filename().string();
  for (const KnownModel& model : models_) {
    if (!model.file.empty() && model.file == name) return &model;
    const auto place = locate(model);
    std::error_code ignored;
    if (place && fs::equivalent(*place, file_or_folder, ignored)) return &model;
  }
  return nullptr;
}

std::string Registry::nearest(std::string_view name) const {
  std::vector<std::string> names;
  for (const KnownModel& model : models_) {
    names.push_back(model.name);
    names.insert(names.end(), model.aliases.begin(), model.aliases.end());
  }
  return did_you_mean(name, names);
}

const KnownModel& Registry::get(std::string_view name) const {
  const KnownModel* model = find(name);
  if (model != nullptr) return *model;
  fail(ErrorKind::model, "{}: no known model has this name{} (dpt models list)", printable(name),
       nearest(name));
}

std::optional<fs::path> Registry::locate(const KnownModel& model) const {
  if (!model.file.empty()) {
    const fs::path file = folder_ / model.file;
    if (is_there(file)) {
      return is_there(file.parent_path() / weights::config_name) ? file.parent_path() : file;
    }
    if (auto pulled = find_pulled(cache_, model.file)) return pulled;
  }
  if (model.repo.empty()) return std::nullopt;
  if (is_there(folder_ / model.repo / weights::config_name)) return folder_ / model.repo;
  return find_snapshot(cache_, {model.repo});
}

fs::path Registry::require(const KnownModel& model) const {
  if (const auto path = locate(model)) return *path;
  const fs::path wanted = folder_ / (model.file.empty() ? model.repo : model.file);
  if (model.url.empty()) {
    fail(ErrorKind::model,
         "{}: not on this machine; get it from {} and put it at {}, or give its path", model.name,
         model.notes.empty() ? "its publisher" : model.notes, shown(wanted));
  }
  fail(ErrorKind::model,
       "{}: not on this machine; \"dpt models pull {}\" gets it from {}; or put it at {}, or give "
       "its path",
       model.name, model.name, model.url, shown(wanted));
}

}  // namespace dpt::store
