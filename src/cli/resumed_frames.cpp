#include "cli/resumed_frames.h"

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/file/numbered_name.h"
#include "cli/paths.h"
#include "cli/video_output.h"
#include "image/codec/read_depth.h"

namespace dpt::cli {

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

void check_resuming(const VideoOptions& options) {
  if (!options.resume || is_sequence(options.output)) return;
  fail(ErrorKind::usage,
       "--resume: a video file cannot go on; -o must name a numbered sequence (out/%05d.npy)");
}

ResumedFrames resumed_frames(const VideoOptions& options, const fs::path& output,
                             const Pictures& source, const model::DptConfig& config) {
  ResumedFrames resumed;
  if (!options.resume) return resumed;
  const bool needs_last = options.smooth > 0;
  if (needs_last && !keeps_depth(extension_of(output), config.metric)) {
    fail(ErrorKind::usage,
         "--resume: --smooth goes on from the last frame's depth, which .{} rounds; write .npy, "
         ".npz, .tif or .exr",
         extension_of(output));
  }
  const NumberedName name = *NumberedName::parse(output.string());
  const auto source_of = [&](int64_t number) -> fs::path {
    if (source.files.empty()) return options.source;
    const auto last = static_cast<int64_t>(source.files.size());
    return source.files[static_cast<size_t>(std::min(number, last) - 1)];
  };
  while (is_as_new(name.of(resumed.done + 1), source_of(resumed.done + 1))) ++resumed.done;
  if (needs_last && resumed.done > 0) {
    resumed.last = image::read_depth(name.of(resumed.done)).values;
  }
  return resumed;
}

}  // namespace dpt::cli
