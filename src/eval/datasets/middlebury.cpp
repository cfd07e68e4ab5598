// Middlebury stereo 2014: im0.png, disp0.pfm (pixels of disparity, infinite: unknown) and calib.txt
// with "cam0=[f 0 cx; 0 f cy; 0 0 1]", "doffs=" (pixels) and "baseline=" (millimetres).
#include "base/file/file.h"
#include "eval/datasets/datasets.h"
#include "eval/datasets/text_file.h"

namespace dpt::eval {

namespace fs = std::filesystem;

namespace {

/// The number that follows `key`= in the line, up to a blank.
std::optional<double> value_after(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  return to_real(line.substr(key.size()));
}

/// Metres = baseline / 1000 * f / (disparity + doffs).
DepthEncoding read_calibration(const fs::path& path) {
  std::optional<double> focal, offset, baseline;
  for (const TextLine& line : read_lines(path)) {
    const std::string& word = line.words[0];
    if (!focal) focal = value_after(word, "cam0=[");
    if (!offset) offset = value_after(word, "doffs=");
    if (!baseline) baseline = value_after(word, "baseline=");
  }
  if (!focal || !offset || !baseline || !(*focal > 0) || !(*baseline > 0)) {
    fail(ErrorKind::input, "{}: expected lines cam0=[f ...], doffs= and baseline=", shown(path));
  }
  return {.is_disparity = true, .numerator = *baseline / 1000 * *focal, .offset = *offset};
}

}  // namespace

Dataset open_middlebury(const fs::path& path, const DatasetOptions& /*options*/) {
  expect_folder(path, "one scene of Middlebury stereo 2014, or a folder of scenes");
  Dataset dataset;
  dataset.depth.cap = 10;
  const auto is_truth = [](const std::string& name) { return name == "disp0.pfm"; };
  for (const fs::path& truth : files_below(path, is_truth)) {
    const fs::path scene = truth.parent_path();
    dataset.samples.push_back({.picture = scene / "im0.png",
                               .truth = truth,
                               .name = name_below(scene / "im0.png", path),
                               .depth = read_calibration(scene / "calib.txt")});
  }
  return dataset;
}

}  // namespace dpt::eval
