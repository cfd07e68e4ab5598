#include "movie/resumed_frames.h"

#include <algorithm>
#include <system_error>

#include "base/file/numbered_name.h"
#include "image/codec/read_depth.h"

namespace dpt::movie {

namespace fs = std::filesystem;

namespace {

bool is_as_new(const fs::path& file, const fs::path& source) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  const fs::file_time_type made = fs::last_write_time(file, error);
  if (error) return false;
  const fs::file_time_type changed = fs::last_write_time(source, error);
  return !error && made >= changed;
}

}  // namespace

ResumedFrames resumed_frames(const std::string& source, const Pictures& pictures,
                             const fs::path& output, bool needs_last) {
  ResumedFrames resumed;
  const NumberedName name = *NumberedName::parse(output.string());
  const auto source_of = [&](int64_t number) -> fs::path {
    if (pictures.files.empty()) return source;
    const auto last = static_cast<int64_t>(pictures.files.size());
    return pictures.files[static_cast<size_t>(std::min(number, last) - 1)];
  };
  while (is_as_new(name.of(resumed.done + 1), source_of(resumed.done + 1))) ++resumed.done;
  if (needs_last && resumed.done > 0) {
    resumed.last = image::read_depth(name.of(resumed.done)).values;
  }
  return resumed;
}

}  // namespace dpt::movie
