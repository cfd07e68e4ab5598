// What lies in files that should hold weights and do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dpt::weights {

/// What came instead of a file that was to be downloaded, and what to do: a pointer of Git LFS, a
/// page of the server.
std::optional<std::string> failed_download(std::string_view content);

/// The same, and other formats and texts that are no weights.
std::optional<std::string> other_content(std::string_view content);

/// For whatever else: "bytes 01 02 ...", with a guess.
std::string first_bytes(std::string_view content);

}  // namespace dpt::weights
