#include "cli/video_output.h"

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/file/numbered_name.h"
#include "cli/depth_file.h"
#include "cli/label_file.h"
#include "cli/paths.h"
#include "video/reader.h"
#include "video/source.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

template <typename Known>
bool is_one_of(const Known& known, const std::string& extension) {
  return std::find(known.begin(), known.end(), extension) != known.end();
}

bool has_name_of_pictures(const std::string& name) {
  const std::string extension = extension_of(name);
  return image::has_picture_name(name) || is_one_of(depth_formats, extension) ||
         is_one_of(label_formats, extension);
}

/// Without a slash at its end.
fs::path plain(const std::string& source) {
  const fs::path path(source);
  return path.has_filename() ? path : path.parent_path();
}

std::string or_frames(const std::string& stem) {
  return stem.empty() || stem == "." || stem == ".." ? "frames" : stem;
}

/// shot_%04d.png -> shot
std::string stem_of_pattern(const std::string& source) {
  const NumberedName name = *NumberedName::parse(source);
  std::string stem = name.before() + fs::path(name.after()).stem().string();
  if (name.after() == fs::path(source).extension()) stem = name.before();
  const auto last = stem.find_last_not_of("_-. ");
  stem.resize(last == std::string::npos ? 0 : last + 1);
  return or_frames(stem);
}

bool holds_pictures(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (image::has_picture_name(entry->path())) return true;
  }
  return false;
}

/// Another video, or folder of pictures, whose result would have the same name.
bool shares_its_stem(const fs::path& source) {
  std::error_code ignored;
  const fs::path folder = source.parent_path().empty() ? "." : source.parent_path();
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    const fs::path& other = entry->path();
    if (other.stem() != source.stem() || other.filename() == source.filename()) continue;
    const bool is_folder = entry->is_directory(ignored);
    if (is_folder ? holds_pictures(other) : video::holds_video(other)) return true;
  }
  return false;
}

std::string stem_of_file(const std::string& source) {
  std::error_code ignored;
  const fs::path path = plain(source);
  if (fs::is_directory(path, ignored)) return or_frames(path.filename().string());
  return or_frames((shares_its_stem(path) ? path.filename() : path.stem()).string());
}

/// The first of NAME, NAME-2, NAME-3, ... that is not there.
fs::path free_name(const fs::path& folder, const std::string& stem, const std::string& ending) {
  std::error_code ignored;
  fs::path path = folder / (stem + ending);
  for (int number = 2; fs::exists(path, ignored); ++number) {
    path = folder / (stem + "-" + std::to_string(number) + ending);
  }
  return path;
}

fs::path path_in(const fs::path& folder, const std::string& source, model::Task task) {
  const std::string ending = task == model::Task::depth ? ".depth.mp4" : ".labels.mp4";
  if (video::is_live(source)) return free_name(folder, "camera", ending);
  if (video::is_numbered(source)) return free_name(folder, stem_of_pattern(source), ending);
  return folder / (stem_of_file(source) + ending);
}

}  // namespace

bool is_sequence(const std::string& output) {
  return has_name_of_pictures(output) && NumberedName::parse(output).has_value();
}

void refuse_half_a_pattern(const std::string& option, const std::string& name) {
  const std::string last = fs::path(name).filename().string();
  if (last.find('%') == std::string::npos || !has_name_of_pictures(name)) return;
  if (NumberedName::parse(name)) return;
  fail(ErrorKind::usage, "{} {}: expected one number in the files' name, as in out/%05d.png",
       option, printable(name, 1000));
}

fs::path output_path(const VideoOptions& options, model::Task task) {
  std::error_code ignored;
  fs::path path(options.output);
  if (options.output.empty() || names_result_folder(options.output)) {
    const fs::path folder = options.output.empty() ? plain(options.source).parent_path() : path;
    path = path_in(folder, options.source, task);
  } else {
    refuse_half_a_pattern("-o", options.output);
  }
  const bool is_folder = fs::is_directory(options.source, ignored);
  const fs::path pictures =
      is_folder ? fs::path(options.source) : fs::path(options.source).parent_path();
  if (is_sequence(options.output) && (is_folder || video::is_numbered(options.source)) &&
      identity(path.parent_path()) == identity(pictures)) {
    fail(ErrorKind::usage,
         "-o {}: is in the folder of the source's pictures, which it could overwrite",
         printable(options.output, 1000));
  }
  if (identity(path) == identity(options.source)) {
    fail(ErrorKind::usage, "{}: the output would overwrite the source", shown(path));
  }
  return path;
}

}  // namespace dpt::cli
