#include "store/convert_model.h"

#include <algorithm>
#include <span>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "model/families.h"
#include "weights/model_files.h"

namespace dpt::store {

namespace fs = std::filesystem;

namespace {

DType element_type(WrittenType type) {
  switch (type) {
    case WrittenType::fp32:
      return DType::f32;
    case WrittenType::fp16:
      return DType::f16;
    case WrittenType::bf16:
      return DType::bf16;
    case WrittenType::int8:
      break;
  }
  return DType::i8;
}

/// The source's own configurations, or such as are made for its tensors.
std::vector<Conversion::Text> config_files(const weights::WeightSet& set, const fs::path& folder) {
  std::optional<model::HfConfigTexts> made;
  if (!set.config() || !set.preprocessor_config()) {
    const auto network = model::recognize(set);
    made = network->hf_config_texts();
    if (!made) {
      fail(ErrorKind::model, "{}: holds a {}, for which Hugging Face has no configuration",
           set.path_text(), network->variant());
    }
  }
  return {
      {folder / weights::preprocessor_config_name,
       set.preprocessor_config() ? *set.preprocessor_config() : made->preprocessor},
      {folder / weights::config_name, set.config() ? *set.config() : made->config},
  };
}

}  // namespace

std::vector<fs::path> Conversion::files() const {
  std::vector<fs::path> files = {weights};
  for (const Text& config : configs) files.push_back(config.path);
  return files;
}

bool would_overwrite(const weights::WeightSet& source, const fs::path& target, bool folder) {
  std::vector<fs::path> written = {identity(target)};
  if (folder) {
    written.push_back(identity(target.parent_path() / weights::config_name));
    written.push_back(identity(target.parent_path() / weights::preprocessor_config_name));
  }
  std::error_code ignored;
  const bool of_folder = fs::is_directory(source.path(), ignored);
  if (of_folder && identity(target.parent_path()) == identity(source.path())) return true;
  const std::vector<fs::path> read = weights::reserved_files(source.path());
  return std::any_of(read.begin(), read.end(), [&](const fs::path& file) {
    return std::find(written.begin(), written.end(), identity(file)) != written.end();
  });
}

Conversion plan_conversion(const weights::WeightSet& source, const fs::path& target, bool folder,
                           std::optional<WrittenType> type) {
  Conversion result;
  result.weights = target;
  if (type) result.options.dtype = element_type(*type);
  result.options.naming = folder ? weights::Naming::hugging_face : weights::Naming::official;
  if (folder) {
    result.configs = config_files(source, target.parent_path());
    return result;
  }
  auto& metadata = result.options.metadata;
  if (source.config()) metadata[weights::config_name] = *source.config();
  if (source.preprocessor_config())
    metadata[weights::preprocessor_config_name] = *source.preprocessor_config();
  return result;
}

weights::Converted convert_model(const weights::WeightSet& source, const Conversion& conversion) {
  const weights::Converted done = weights::convert(source, conversion.weights, conversion.options);
  for (const auto& [path, text] : conversion.configs) {
    write_file(path, std::as_bytes(std::span(text)));
  }
  return done;
}

}  // namespace dpt::store
