#include "cli/paths.h"

namespace dpt::cli {

std::vector<std::filesystem::path> model_files(const std::string& model) {
  if (model.empty()) return {};
  return {model, std::filesystem::path(model) / "model.safetensors"};
}

}  // namespace dpt::cli
