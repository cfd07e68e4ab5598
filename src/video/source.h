// What kind of source a name means; apart from reader.h because FFmpeg is not needed for it.
#pragma once

#include <filesystem>
#include <string>

namespace dpt::video {

/// One to three digits.
inline bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 4 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

/// /dev/videoN, or N where no file has that name.
inline bool is_camera(const std::string& source) {
  std::error_code ignored;
  return source.starts_with("/dev/video") ||
         (is_number(source) && !std::filesystem::exists(source, ignored));
}

/// rtsp://..., http://...
inline bool is_address(const std::string& source) {
  return source.find("://") != std::string::npos;
}

/// Has no end and no file's name.
inline bool is_live(const std::string& source) { return is_camera(source) || is_address(source); }

}  // namespace dpt::video
