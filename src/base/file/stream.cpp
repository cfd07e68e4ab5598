#include "base/file/stream.h"

namespace dpt {

namespace fs = std::filesystem;

bool is_pipe_or_device(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

}  // namespace dpt
