// What a path names: a stream, a folder, the same file as another.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace dpt {

/// "-" (standard output), or an existing pipe or device: written to, never replaced.
bool is_stream(const std::filesystem::path& path);

/// "-" as an input. A file of that name is "./-".
bool is_standard_input(const std::filesystem::path& path);

/// An existing folder, or a name that ends in a slash.
bool names_folder(const std::string& path);

/// Where results go to by their own names: names_folder(), or a name without an extension that no
/// file has.
bool names_result_folder(const std::string& path);

/// The same for every name of one file, links followed; the file need not exist.
std::filesystem::path identity(const std::filesystem::path& path);

/// Throws Error(usage) when one of `outputs` (files, streams or empty) is one of the files that are
/// read, also by another name.
void refuse_overwriting(std::span<const std::filesystem::path> outputs,
                        std::span<const std::filesystem::path> read);

}  // namespace dpt
