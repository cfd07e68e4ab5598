#include "movie/pictures.h"

#include <map>
#include <system_error>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/numbered_name.h"
#include "batch/inputs.h"
#include "image/picture_name.h"
#include "movie/names.h"
#include "video/source.h"

namespace dpt::movie {

namespace fs = std::filesystem;

namespace {

Pictures pictures_in(const std::string& folder) {
  batch::Inputs inputs = batch::collect_inputs({.arguments = {folder}, .list = {}});
  batch::put_in_natural_order(inputs);
  Pictures pictures;
  for (batch::InputFile& file : inputs.files) pictures.files.push_back(std::move(file.path));
  if (pictures.files.empty()) fail(ErrorKind::input, "{}", inputs.problems.front());
  pictures.problems = std::move(inputs.problems);
  pictures.notes = std::move(inputs.notes);
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

Pictures pictures_of(const std::string& source, std::string_view field) {
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) return pictures_in(source);
  if (video::exists(source) || video::is_address(source) || !image::has_picture_name(source)) {
    return {};
  }
  if (video::is_numbered(source)) return numbered_pictures(source);
  refuse_half_a_pattern(field, source);
  return {};
}

}  // namespace dpt::movie
