#include "store/hash.h"

#include "base/file/sha256.h"
#include "weights/model_files.h"

namespace dpt::store {

std::string hash_of_model(const std::filesystem::path& file_or_folder) {
  const weights::ModelFiles model = weights::find_model_files(file_or_folder);
  // Not the index: it only says which of the weights is in which of the files.
  std::vector<std::filesystem::path> files = model.weight_paths();
  files.insert(files.end(), model.configs.begin(), model.configs.end());
  return sha256_of_files(files);
}

}  // namespace dpt::store
