// Hash of a weight file: published checkpoints are known by it.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace dpt {

/// SHA-256 of a file's bytes (FIPS 180-4) as 64 lower-case hexadecimal digits. Throws Error(model)
/// naming the file when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

/// The same of the bytes of several files, one after the other.
std::string sha256_of_files(std::span<const std::filesystem::path> paths);

}  // namespace dpt
