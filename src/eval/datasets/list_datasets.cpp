// Data sets whose pictures and truth are named in a text file.
#include <algorithm>

#include "base/error.h"
#include "eval/datasets/datasets.h"
#include "eval/datasets/text_file.h"

namespace dpt::eval {

namespace fs = std::filesystem;

namespace {

/// A name of a list, below its folder unless it is absolute. BTS's lists begin some with a slash
/// that means nothing; `is_relative` says so.
fs::path placed(const fs::path& folder, const std::string& name, bool is_relative) {
  const size_t first = is_relative ? std::min(name.find_first_not_of('/'), name.size()) : 0;
  return folder / name.substr(first);
}

/// The name without its extension, as a folder of predictions has it.
std::string stem_of(const std::string& name) {
  const fs::path path = fs::path(name).relative_path();
  return (path.parent_path() / path.stem()).generic_string();
}

/// "yA,xA,yB,xB,R,W,H": pixels from 1, R is > where A is farther than B. Points beyond the picture
/// of W x H, which the set has, are drawn to its rim.
OrdinalPair diw_pair(const TextLine& line) {
  constexpr const char* expected = "yA,xA,yB,xB,>|<,WIDTH,HEIGHT";
  if (line.words.size() != 7 || (line.words[4] != "<" && line.words[4] != ">")) {
    line.fail_expecting(expected);
  }
  const int width = line.integer(5);
  const int height = line.integer(6);
  if (width < 1 || height < 1) line.fail_expecting(expected);
  const auto point = [&](size_t word) {
    return Point{std::clamp(line.integer(word + 1), 1, width) - 1,
                 std::clamp(line.integer(word), 1, height) - 1};
  };
  const Point a = point(0);
  const Point b = point(2);
  return line.words[4] == "<" ? OrdinalPair{a, b} : OrdinalPair{b, a};
}

}  // namespace

Dataset open_diw(const fs::path& path, const DatasetOptions& options) {
  const fs::path own =
      expect_list(path, "DIW's annotations: lines of PICTURE, each followed by one of points");
  const fs::path& images = options.images.empty() ? own : options.images;
  Dataset dataset;
  const std::vector<TextLine> lines = read_lines(path);
  for (size_t i = 0; i < lines.size(); i += 2) {
    if (lines[i].words.size() != 1 || i + 1 == lines.size()) {
      lines[i].fail_expecting("a PICTURE, and its points on the next line");
    }
    const std::string& name = lines[i].words[0];
    dataset.samples.push_back({.picture = placed(images, name, false),
                               .truth = {},
                               .name = stem_of(fs::path(name).lexically_normal().string()),
                               .point_pair = diw_pair(lines[i + 1])});
  }
  return dataset;
}

Dataset open_kitti(const fs::path& path, const DatasetOptions& options) {
  const fs::path own = expect_list(path, "a list of \"PICTURE DEPTH|None FOCAL\" lines");
  const fs::path& images = options.images.empty() ? own : options.images;
  const fs::path& truths = options.truth.empty() ? own : options.truth;
  Dataset dataset;
  dataset.depth = {.cap = 80, .fine_tuned_crop = Crop::garg};
  for (const TextLine& line : read_lines(path)) {
    if (line.words.size() < 2) line.fail_expecting("PICTURE DEPTH|None FOCAL");
    if (line.words[1] == "None") {
      ++dataset.missing;
      continue;
    }
    dataset.samples.push_back({.picture = placed(images, line.words[0], true),
                               .truth = placed(truths, line.words[1], true),
                               .name = stem_of(line.words[0]),
                               .depth = {.scale = 256}});
  }
  return dataset;
}

Dataset open_list(const fs::path& path, const DatasetOptions& options) {
  const fs::path own = expect_list(path, "a list of \"PICTURE TRUTH [PAIRS]\" lines");
  const fs::path& images = options.images.empty() ? own : options.images;
  const fs::path& truths = options.truth.empty() ? own : options.truth;
  Dataset dataset;
  dataset.labels.may_be_result = true;
  for (const TextLine& line : read_lines(path)) {
    const size_t count = line.words.size();
    if (count < 2 || count > 3 || (line.words[1] == "-" && count < 3)) {
      line.fail_expecting("PICTURE TRUTH [PAIRS]");
    }
    Sample sample{.picture = placed(images, line.words[0], false),
                  .truth = {},
                  .name = stem_of(line.words[0]),
                  .depth = {.is_disparity = options.truth_kind == TruthKind::disparity,
                            .scale = options.truth_scale.value_or(1),
                            .scale_is_given = options.truth_scale.has_value(),
                            .may_be_result = true}};
    if (line.words[1] != "-") sample.truth = placed(truths, line.words[1], false);
    if (count == 3) sample.pairs = placed(truths, line.words[2], false);
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

}  // namespace dpt::eval
