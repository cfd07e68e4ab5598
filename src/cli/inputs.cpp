#include "cli/inputs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "cli/paths.h"
#include "image/read.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 13> picture_extensions = {
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "bmp", "pnm", "pbm", "pgm", "ppm"};

/// What stands before the extension of our own files.
constexpr std::array<std::string_view, 5> own_suffixes = {".depth", ".color", ".labels", ".overlay",
                                                          ".legend"};

bool is_own_output(const fs::path& path) {
  const std::string extension = extension_of(path);
  if (extension != "png" && extension != "tif" && extension != "tiff") return false;
  const std::string stem = path.stem().string();
  return std::any_of(own_suffixes.begin(), own_suffixes.end(),
                     [&](std::string_view suffix) { return stem.ends_with(suffix); });
}

bool is_picture_to_scan(const fs::directory_entry& entry) {
  std::error_code ignored;
  const fs::path name = entry.path().filename();
  const bool known = std::find(picture_extensions.begin(), picture_extensions.end(),
                               extension_of(name)) != picture_extensions.end();
  return known && name.string()[0] != '.' && entry.is_regular_file(ignored) && !is_own_output(name);
}

void scan_folder(const fs::path& folder, Inputs& inputs) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_picture_to_scan(*entry)) found.push_back(entry->path());
  }
  if (error) {
    inputs.problems.push_back(
        fmt::format("{}: cannot read the folder: {}", shown(folder), error.message()));
  } else if (found.empty()) {
    inputs.problems.push_back(fmt::format("{}: the folder holds no pictures ({})", shown(folder),
                                          image::readable_formats()));
  }
  std::sort(found.begin(), found.end());
  inputs.files.insert(inputs.files.end(), found.begin(), found.end());
}

void add_input(const std::string& argument, Inputs& inputs) {
  if (argument.empty()) fail(ErrorKind::usage, "an input's name is empty");
  if (argument == "-") {
    fail(ErrorKind::usage, "pictures are not read from standard input; a file named - is ./-");
  }
  const fs::path path = argument;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    inputs.several = true;
    scan_folder(path, inputs);
  } else if (fs::exists(status)) {
    inputs.files.push_back(path);
  } else {
    inputs.problems.push_back(fmt::format("{}: cannot open: {}", shown(path), error.message()));
  }
}

}  // namespace

Inputs collect_inputs(std::span<const std::string> arguments) {
  if (arguments.empty()) {
    fail(ErrorKind::usage, "no input; name pictures, or folders of pictures");
  }
  Inputs inputs;
  inputs.several = arguments.size() > 1;
  for (const std::string& argument : arguments) add_input(argument, inputs);
  return inputs;
}

}  // namespace dpt::cli
