#include "movie/names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/numbered_name.h"
#include "base/file/paths.h"
#include "image/picture_name.h"
#include "video/reader.h"
#include "video/source.h"

namespace dpt::movie {

namespace fs = std::filesystem;

namespace {

/// Of a picture, or of depth or labels as values.
bool has_name_of_pictures(const std::string& name) {
  constexpr std::array<std::string_view, 4> values = {"npy", "npz", "pfm", "exr"};
  return image::has_picture_name(name) ||
         std::find(values.begin(), values.end(), image::extension_of(name)) != values.end();
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
    path = folder / fmt::format("{}-{}{}", stem, number, ending);
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

void refuse_half_a_pattern(std::string_view field, const std::string& name) {
  const std::string last = fs::path(name).filename().string();
  if (last.find('%') == std::string::npos || !has_name_of_pictures(name)) return;
  if (NumberedName::parse(name)) return;
  fail(ErrorKind::usage, "{} {}: expected one number in the files' name, as in out/%05d.png", field,
       printable(name, 1000));
}

fs::path output_path(const std::string& source, const std::string& output, model::Task task,
                     std::string_view field) {
  std::error_code ignored;
  fs::path path(output);
  if (output.empty() || names_result_folder(output)) {
    const fs::path folder = output.empty() ? plain(source).parent_path() : path;
    path = path_in(folder, source, task);
  } else {
    refuse_half_a_pattern(field, output);
  }
  const bool is_folder = fs::is_directory(source, ignored);
  const fs::path pictures = is_folder ? fs::path(source) : fs::path(source).parent_path();
  if (is_sequence(output) && (is_folder || video::is_numbered(source)) &&
      identity(path.parent_path()) == identity(pictures)) {
    fail(ErrorKind::usage,
         "{} {}: is in the folder of the source's pictures, which it could overwrite", field,
         printable(output, 1000));
  }
  if (identity(path) == identity(source)) {
    fail(ErrorKind::usage, "{}: the output would overwrite the source", shown(path));
  }
  return path;
}

fs::path first_of_sequence(const fs::path& pattern) {
  const NumberedName name = *NumberedName::parse(pattern.string());
  std::error_code error;
  std::optional<int64_t> first;
  for (fs::directory_iterator entry(name.folder(), error), end; !error && entry != end;
       entry.increment(error)) {
    const auto number = name.number_of(entry->path());
    if (number && (!first || *number < *first)) first = number;
  }
  return first ? name.of(*first) : fs::path();
}

}  // namespace dpt::movie
