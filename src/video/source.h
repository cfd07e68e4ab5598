// What kind of source a name means; apart from reader.h because FFmpeg is not needed for it.
#pragma once

#include <filesystem>
#include <string>

#include "base/file/numbered_name.h"

namespace dpt::video {

/// One to three digits.
inline bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 4 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

/// A name that some file or folder has means that one, whatever else it looks like.
inline bool exists(const std::string& source) {
  std::error_code ignored;
  return std::filesystem::exists(source, ignored);
}

/// /dev/videoN, or N where no file has that name.
inline bool is_camera(const std::string& source) {
  return source.starts_with("/dev/video") || (is_number(source) && !exists(source));
}

/// rtsp://..., http://...
inline bool is_address(const std::string& source) {
  return source.find("://") != std::string::npos && !exists(source);
}

/// frame_%04d.png
inline bool is_numbered(const std::string& source) {
  return !is_address(source) && !exists(source) && NumberedName::parse(source).has_value();
}

/// Has no end and no file's name.
inline bool is_live(const std::string& source) { return is_camera(source) || is_address(source); }

}  // namespace dpt::video
