// What results are told apart by: the hash of all that a model consists of.
#pragma once

#include <filesystem>
#include <string>

namespace dpt::store {

/// SHA-256 of a model's weights and of the configurations beside them, 64 hexadecimal digits: of
/// all files that its results depend on. Reads all weights. Throws Error(model).
std::string hash_of_model(const std::filesystem::path& file_or_folder);

}  // namespace dpt::store
