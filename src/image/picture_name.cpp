#include "image/picture_name.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace dpt::image {

std::string extension_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

bool has_picture_name(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 27> known = {
      "jpg",   "jpeg", "jpe",  "jif",  "jfif", "jfi", "pjpeg", "pjp",   "mpo",
      "png",   "apng", "webp", "heic", "heif", "hif", "heics", "heifs", "avif",
      "avifs", "tif",  "tiff", "bmp",  "dib",  "pnm", "pbm",   "pgm",   "ppm"};
  return std::find(known.begin(), known.end(), extension_of(path)) != known.end();
}

}  // namespace dpt::image
