#include "weights/text_file.h"

#include "base/error.h"
#include "base/file/file.h"
#include "weights/model_files.h"
#include "weights/other_content.h"

namespace dpt::weights {

std::string read_text(const std::filesystem::path& path) {
  const auto bytes = read_file(path, largest_text, ErrorKind::model);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto other = failed_download(text)) {
    fail(ErrorKind::model, "{}: expected JSON, found {}", shown(path), *other);
  }
  return text;
}

}  // namespace dpt::weights
