#include "base/file/folders.h"

#include <system_error>

#include "base/error.h"
#include "base/file/file.h"

namespace dpt {

void make_folders_for(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    fail(ErrorKind::input, "{}: cannot make the folder: {}", shown(folder), error.message());
  }
}

}  // namespace dpt
