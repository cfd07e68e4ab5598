// The small texts beside weights: configurations and indices.
#pragma once

#include <filesystem>
#include <string>

namespace dpt::weights {

/// A file of JSON of at most largest_text bytes (model_files.h); it is not parsed. Throws
/// Error(model) when it cannot be read, is longer, or is what came instead of a download.
std::string read_text(const std::filesystem::path& path);

}  // namespace dpt::weights
