// The first bytes of a file, for those that want to know what it is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>

namespace dpt {

/// The first bytes of a regular file into `out`, and how many they are; nothing of a file that
/// cannot be read. Waits for nothing.
std::optional<size_t> read_beginning(const std::filesystem::path& path, std::span<std::byte> out);

}  // namespace dpt
