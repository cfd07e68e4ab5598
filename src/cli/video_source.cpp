#include "cli/video_source.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <system_error>

#include "base/error.h"
#include "base/file/numbered_name.h"
#include "batch/inputs.h"
#include "cli/paths.h"
#include "cli/video_output.h"
#include "video/source.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

Pictures pictures_in(const std::string& folder) {
  batch::Inputs inputs = batch::collect_inputs({.arguments = {folder}, .list = {}});
  Pictures pictures;
  for (batch::InputFile& file : inputs.files) pictures.files.push_back(std::move(file.path));
  if (pictures.files.empty()) fail(ErrorKind::input, "{}", inputs.problems.front());
  pictures.problems = std::move(inputs.problems);
  pictures.notes = std::move(inputs.notes);
  std::sort(pictures.files.begin(), pictures.files.end(), [](const fs::path& a, const fs::path& b) {
    return ::strverscmp(a.c_str(), b.c_str()) < 0;
  });
  return pictures;
}

Pictures numbered_pictures(const std::string& pattern) {
  const NumberedName name = *NumberedName::parse(pattern);
  std::map<int64_t, fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(name.folder(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto number = name.number_of(entry->path())) found[*number] = name.of(*number);
  }
  if (error) {
    fail(ErrorKind::input, "{}: cannot read the folder: {}", shown(name.folder()), error.message());
  }
  if (found.empty()) {
    fail(ErrorKind::input, "{}: no such picture is there", printable(pattern, 1000));
  }
  Pictures pictures;
  for (auto& [number, path] : found) pictures.files.push_back(std::move(path));
  return pictures;
}

}  // namespace

Pictures pictures_of(const std::string& source) {
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) return pictures_in(source);
  if (video::exists(source) || video::is_address(source) || !image::has_picture_name(source)) {
    return {};
  }
  if (video::is_numbered(source)) return numbered_pictures(source);
  refuse_half_a_pattern("SOURCE", source);
  return {};
}

}  // namespace dpt::cli
