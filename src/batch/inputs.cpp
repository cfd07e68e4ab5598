#include "batch/inputs.h"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/file/text_lines.h"
#include "image/codec/read.h"

namespace dpt::batch {

namespace fs = std::filesystem;

namespace {

class Collector {
 public:
  explicit Collector(bool recursive) : recursive_(recursive) {}

  void add(const std::string& name) {
    if (name.empty()) fail(ErrorKind::usage, "an input's name is empty");
    if (is_standard_input(name)) return add_standard_input();
    const fs::path path = name;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      add_folder(path);
    } else if (fs::exists(status)) {
      inputs.files.push_back({path, {}});
    } else if (name.find_first_of("*?[") != std::string::npos) {
      add_pattern(name);
    } else {
      inputs.problems.push_back(fmt::format("{}: cannot open: {}", shown(path), error.message()));
    }
  }

  /// To be called by whoever else reads it.
  void refuse_standard_input_twice() const {
    if (!uses_standard_input_) return;
    fail(ErrorKind::usage, "-: standard input can be read once only");
  }

  Inputs inputs;

 private:
  void add_standard_input() {
    if (::isatty(STDIN_FILENO) == 1) {
      fail(ErrorKind::usage,
           "-: standard input is a terminal, expected a picture (dpt depth - < photo.jpg)");
    }
    refuse_standard_input_twice();
    uses_standard_input_ = true;
    inputs.files.push_back({"-", {}});
  }

  void add_folder(const fs::path& folder) {
    inputs.several = true;
    image::PictureFolder found = image::list_pictures(folder, recursive_);
    if (found.pictures.empty() && found.problems.empty()) {
      inputs.problems.push_back(fmt::format("{}: the folder holds no pictures ({})", shown(folder),
                                            image::readable_formats()));
    }
    const std::string left_out = image::describe_left_out(found);
    if (!left_out.empty()) inputs.notes.push_back(shown(folder) + ": " + left_out);
    std::move(found.pictures.begin(), found.pictures.end(), std::back_inserter(inputs.files));
    std::move(found.problems.begin(), found.problems.end(), std::back_inserter(inputs.problems));
  }

  void add_pattern(const std::string& pattern) {
    inputs.several = true;
    glob_t matches{};
    const int result = ::glob(pattern.c_str(), 0, nullptr, &matches);
    const std::unique_ptr<glob_t, decltype(&::globfree)> freed(&matches, &::globfree);
    if (result == GLOB_NOSPACE) throw std::bad_alloc();
    for (size_t i = 0; i < matches.gl_pathc; ++i) {
      std::error_code ignored;
      const fs::path path = matches.gl_pathv[i];
      if (!fs::is_directory(path, ignored)) inputs.files.push_back({path, {}});
    }
    if (matches.gl_pathc == 0) {
      inputs.problems.push_back(fmt::format("{}: matches no file", printable(pattern, 1000)));
    }
  }

  bool recursive_;
  bool uses_standard_input_ = false;
};

}  // namespace

fs::path name_for_results(const fs::path& input) {
  return is_standard_input(input) ? fs::path("stdin") : input.filename();
}

Inputs collect_inputs(const InputSources& sources) {
  if (sources.arguments.empty() && sources.list.empty()) {
    fail(ErrorKind::usage, "no input; name pictures, or folders of pictures");
  }
  Collector collector(sources.recursive);
  collector.inputs.listed = !sources.list.empty();
  collector.inputs.several = sources.arguments.size() > 1 || collector.inputs.listed;
  for (const std::string& argument : sources.arguments) collector.add(argument);
  if (is_standard_input(sources.list)) collector.refuse_standard_input_twice();
  if (!sources.list.empty()) {
    for_each_line(read_list_text(sources.list), [&](std::string_view name, int /*number*/) {
      if (!name.empty()) collector.add(std::string(name));
    });
  }
  return std::move(collector.inputs);
}

void put_in_natural_order(Inputs& inputs) {
  if (inputs.listed) return;
  for (auto first = inputs.files.begin(); first != inputs.files.end();) {
    const auto last = std::find_if(first, inputs.files.end(), [&](const InputFile& file) {
      return file.path.parent_path() != first->path.parent_path();
    });
    std::sort(first, last, [](const InputFile& a, const InputFile& b) {
      return ::strverscmp(a.path.c_str(), b.path.c_str()) < 0;
    });
    first = last;
  }
}

}  // namespace dpt::batch
