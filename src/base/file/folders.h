// Folders that results are to stand in.
#pragma once

#include <filesystem>

namespace dpt {

/// Makes the folder that `file` is to stand in and those above it, where they are not there. Throws
/// Error(input) naming the folder and the reason.
void make_folders_for(const std::filesystem::path& file);

}  // namespace dpt
