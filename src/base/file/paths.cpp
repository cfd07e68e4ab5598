#include "base/file/paths.h"

#include <map>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/stream.h"

namespace dpt {

namespace fs = std::filesystem;

bool is_stream(const fs::path& path) { return path == "-" || is_pipe_or_device(path); }

bool is_standard_input(const fs::path& path) { return path == "-"; }

bool names_folder(const std::string& path) {
  std::error_code ignored;
  return path.ends_with('/') || fs::is_directory(path, ignored);
}

bool names_result_folder(const std::string& path) {
  if (names_folder(path)) return true;
  std::error_code ignored;
  const fs::path extension = fs::path(path).extension();
  const bool has_extension = !extension.empty() && extension != ".";
  return !path.empty() && path != "-" && !has_extension && !fs::exists(path, ignored);
}

fs::path identity(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  fs::path canonical = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : canonical;
}

void refuse_overwriting(std::span<const fs::path> outputs, std::span<const fs::path> read) {
  std::map<fs::path, const fs::path*> written;
  for (const fs::path& output : outputs) {
    if (!output.empty() && !is_stream(output)) written.emplace(identity(output), &output);
  }
  if (written.empty()) return;
  for (const fs::path& file : read) {
    if (file.empty()) continue;
    const auto found = written.find(identity(file));
    if (found == written.end()) continue;
    fail(ErrorKind::usage, "{}: would be overwritten, and is an input", shown(*found->second));
  }
}

}  // namespace dpt
