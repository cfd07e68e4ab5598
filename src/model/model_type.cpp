#include "model/model_type.h"

namespace dpt::model {

const ModelType* model_type_of_file(std::string_view file_name, std::span<const ModelType> types) {
  const ModelType* longest = nullptr;  // dpt_hybrid begins dpt_hybrid_nyu, too
  for (const ModelType& type : types) {
    if (!file_name.starts_with(type.name)) continue;
    const std::string_view rest = file_name.substr(type.name.size());
    const bool ends = rest.empty() || rest[0] == '-' || rest[0] == '.' || rest[0] == '_';
    if (ends && (longest == nullptr || type.name.size() > longest->name.size())) longest = &type;
  }
  return longest;
}

}  // namespace dpt::model
