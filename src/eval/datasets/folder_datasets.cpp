// Data sets whose pictures and truth are found by their names.
#include <algorithm>
#include <system_error>

#include "base/file/file.h"
#include "eval/datasets/datasets.h"
#include "eval/datasets/text_file.h"
#include "image/picture_folder.h"

namespace dpt::eval {

namespace fs = std::filesystem;

namespace {

constexpr double millimetres = 1000;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The picture of this name, whatever its format; where there is none, STEM.jpg, so that it is
/// missed by name when it is read.
fs::path picture_named(const fs::path& stem, image::PicturesByStem& pictures) {
  for (const char* extension : {".jpg", ".png", ".jpeg"}) {
    const fs::path path = stem.string() + extension;
    if (is_there(path)) return path;
  }
  const fs::path other = pictures.find(stem.parent_path(), stem.filename().string());
  return other.empty() ? fs::path(stem.string() + ".jpg") : other;
}

}  // namespace

Dataset open_nyu(const fs::path& path, const DatasetOptions& /*options*/) {
  if (path.extension() == ".mat") {
    fail(ErrorKind::input,
         "{}: MATLAB files are not read; extract it to rgb_NNNNN.jpg and sync_depth_NNNNN.png as "
         "BTS's extract_official_train_test_set_from_mat.py does, and name their folder",
         shown(path));
  }
  expect_folder(path, "one with rgb_NNNNN.jpg and sync_depth_NNNNN.png");
  Dataset dataset;
  dataset.depth = {.cap = 10, .fine_tuned_crop = Crop::eigen_nyu};
  const auto is_depth = [](const std::string& name) {
    return name.starts_with("sync_depth_") && name.ends_with(".png");
  };
  image::PicturesByStem pictures;
  for (const fs::path& truth : files_below(path, is_depth)) {
    const std::string number = truth.stem().string().substr(std::string("sync_depth_").size());
    const fs::path picture = picture_named(truth.parent_path() / ("rgb_" + number), pictures);
    dataset.samples.push_back({.picture = picture,
                               .truth = truth,
                               .name = name_below(picture, path),
                               .depth = {.scale = millimetres}});
  }
  return dataset;
}

Dataset open_pairs(const fs::path& path, const DatasetOptions& /*options*/) {
  expect_folder(path, "one with NAME.jpg and NAME.depth.png");
  Dataset dataset;
  dataset.depth.cap = 10;
  const auto is_depth = [](const std::string& name) { return name.ends_with(".depth.png"); };
  image::PicturesByStem pictures;
  for (const fs::path& truth : files_below(path, is_depth)) {
    const fs::path picture = picture_named(truth.parent_path() / truth.stem().stem(), pictures);
    dataset.samples.push_back({.picture = picture,
                               .truth = truth,
                               .name = name_below(picture, path),
                               .depth = {.scale = millimetres}});
  }
  return dataset;
}

Dataset open_ade20k(const fs::path& path, const DatasetOptions& /*options*/) {
  const fs::path images = path / "images" / "validation";
  const fs::path annotations = path / "annotations" / "validation";
  expect_folder(images, "ADE20K's pictures (ADEChallengeData2016)");
  expect_folder(annotations, "ADE20K's labels (ADEChallengeData2016)");
  Dataset dataset;
  dataset.labels = {.classes = 150, .first = 1, .ignored = 0};
  const auto is_label = [](const std::string& name) { return name.ends_with(".png"); };
  image::PicturesByStem pictures;
  for (const fs::path& truth : files_below(annotations, is_label)) {
    const std::string name = name_below(truth, annotations);
    dataset.samples.push_back(
        {.picture = picture_named(images / name, pictures), .truth = truth, .name = name});
  }
  return dataset;
}

Dataset open_pascal_context(const fs::path& path, const DatasetOptions& /*options*/) {
  // As PyTorch-Encoding has it, or as training/ does.
  const fs::path usual = path / "ImageSets" / "SegmentationContext" / "val.txt";
  const bool in_short = !is_there(usual) && is_there(path / "val.txt");
  const fs::path list = in_short ? path / "val.txt" : usual;
  const fs::path labels = path / (in_short ? "Context" : "SegmentationClassContext");
  expect_file(list, "the names of Pascal Context's validation pictures, there or in val.txt");
  Dataset dataset;
  dataset.labels = {.classes = 59, .first = 1, .ignored = 0, .also_ignored = 255};
  for (const TextLine& line : read_lines(list)) {
    const fs::path name = line.words[0];
    fs::path picture = path / "JPEGImages" / name;
    fs::path truth = labels / name;
    picture += ".jpg";
    truth += ".png";
    dataset.samples.push_back({.picture = picture, .truth = truth, .name = line.words[0]});
  }
  return dataset;
}

}  // namespace dpt::eval
