// Questions about paths that both inputs and outputs ask.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file/file.h"
#include "base/file/paths.h"
#include "image/picture_name.h"

namespace dpt::cli {

/// What `model` (-m) names: a file, or a folder's weights; nothing for the starter model.
std::vector<std::filesystem::path> model_files(const std::string& model);

using image::extension_of;

}  // namespace dpt::cli
