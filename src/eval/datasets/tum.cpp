// TUM RGB-D: files named by their times in rgb.txt and depth.txt, or paired in associations.txt.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/datasets/datasets.h"
#include "eval/datasets/text_file.h"

namespace dpt::eval {

namespace fs = std::filesystem;

namespace {

constexpr double metre = 5000;         // of a stored value
constexpr double most_seconds = 0.02;  // between a picture and its depth

struct Frame {
  double time = 0;
  std::string file;
};

std::vector<Frame> read_frames(const fs::path& path) {
  std::vector<Frame> frames;
  for (const TextLine& line : read_lines(path)) {
    if (line.words.size() != 2) line.fail_expecting("TIME FILE");
    frames.push_back({line.real(0), line.words[1]});
  }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.time < b.time; });
  return frames;
}

/// The one whose time is nearest, of two equally near ones the earlier; null beyond most_seconds.
const Frame* nearest(const std::vector<Frame>& frames, double time) {
  const auto after = std::lower_bound(frames.begin(), frames.end(), time,
                                      [](const Frame& f, double t) { return f.time < t; });
  const Frame* best = nullptr;
  double distance = most_seconds;
  const auto consider = [&](const Frame& frame) {
    if (std::abs(frame.time - time) > distance) return;
    if (best != nullptr && std::abs(frame.time - time) == distance) return;
    distance = std::abs(frame.time - time);
    best = &frame;
  };
  if (after != frames.begin()) consider(*std::prev(after));
  if (after != frames.end()) consider(*after);
  return best;
}

}  // namespace

Dataset open_tum(const fs::path& path, const DatasetOptions& /*options*/) {
  expect_folder(path, "a sequence of TUM RGB-D");
  Dataset dataset;
  dataset.depth.cap = 10;
  const auto add = [&](const std::string& picture, const std::string& depth) {
    dataset.samples.push_back({.picture = path / picture,
                               .truth = path / depth,
                               .name = name_below(path / picture, path),
                               .depth = {.scale = metre}});
  };
  const fs::path associations = path / "associations.txt";
  std::error_code ignored;
  if (fs::is_regular_file(associations, ignored)) {
    for (const TextLine& line : read_lines(associations)) {
      if (line.words.size() != 4) line.fail_expecting("TIME FILE TIME FILE");
      // Some write the depth first; the folders tell.
      const bool swapped = line.words[1].starts_with("depth/");
      add(line.words[swapped ? 3 : 1], line.words[swapped ? 1 : 3]);
    }
    return dataset;
  }
  expect_file(path / "rgb.txt", "rgb.txt with depth.txt, or associations.txt");
  const std::vector<Frame> depths = read_frames(path / "depth.txt");
  for (const Frame& frame : read_frames(path / "rgb.txt")) {
    if (const Frame* depth = nearest(depths, frame.time)) {
      add(frame.file, depth->file);
    } else {
      ++dataset.missing;
    }
  }
  return dataset;
}

}  // namespace dpt::eval
