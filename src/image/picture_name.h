// Which files are pictures, by their names.
#pragma once

#include <filesystem>
#include <string>

namespace dpt::image {

/// The extension without its dot, in lower case.
std::string extension_of(const std::filesystem::path& path);

/// Has an extension of a format that read() knows.
bool has_picture_name(const std::filesystem::path& path);

}  // namespace dpt::image
