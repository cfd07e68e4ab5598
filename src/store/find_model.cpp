#include "store/find_model.h"

#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;

fs::path folder_of_weights(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const bool has_config = weights::is_weights_name(path.filename()) &&
                          fs::exists(folder / weights::config_name, ignored);
  return has_config ? folder : path;
}

fs::path find_model(const std::string& path_or_name, const CacheFolders& cache,
                    const std::function<Registry()>& registry) {
  std::error_code ignored;
  if (path_or_name.empty()) fail(ErrorKind::usage, "the model's name is empty");
  if (fs::exists(path_or_name, ignored)) return folder_of_weights(path_or_name);
  if (const auto repo = parse_hf(path_or_name)) {
    if (const auto snapshot = find_snapshot(cache, *repo)) return *snapshot;
    fail(ErrorKind::model, "{0}: not on this machine; \"dpt models pull {0}\" gets it",
         path_or_name);
  }
  const Registry known = registry();
  const KnownModel* model = known.find(path_or_name);
  if (model == nullptr) {
    fail(ErrorKind::model, "{}: neither a file, a folder nor a known model{} (dpt models list)",
         shown(path_or_name), known.nearest(path_or_name));
  }
  if (!model->is_supported()) {
    fail(ErrorKind::model, "{}: this version does not run models of the family {}", model->name,
         model->architecture);
  }
  return known.require(*model);
}

}  // namespace dpt::store
