#include "cli/paths.h"

#include <system_error>

#include "base/stream.h"

namespace dpt::cli {

namespace fs = std::filesystem;

bool is_stream(const fs::path& path) { return path == "-" || is_pipe_or_device(path); }

bool names_folder(const std::string& path) {
  std::error_code ignored;
  return path.ends_with('/') || fs::is_directory(path, ignored);
}

fs::path identity(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  fs::path canonical = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : canonical;
}

}  // namespace dpt::cli
