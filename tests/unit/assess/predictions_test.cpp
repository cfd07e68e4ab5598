#include "assess/predictions.h"

#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/origin.h"
#include "image/codec/write.h"
#include "support/temporary_folder.h"

namespace dpt::assess {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TemporaryFolder;

constexpr std::array<std::string_view, 2> extensions = {"npy", "png"};

eval::Dataset dataset_of(std::initializer_list<std::string> names) {
  eval::Dataset dataset;
  for (const std::string& name : names) dataset.samples.push_back({.picture = {}, .name = name});
  return dataset;
}

TEST(PredictionFolder, IsAFolder) {
  const TemporaryFolder folder;
  TemporaryFolder::write(folder.path() / "file", "");
  for (const char* name : {"file", "gone"}) {
    const fs::path path = folder.path() / name;
    EXPECT_EQ(error_of<Error>([&] { PredictionFolder(path, dataset_of({"a"})); }),
              path.string() + ": is no folder");
  }
}

TEST(PredictionFolder, FindsByNameThenByTheLastPartThatOnlyOneHas) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "x");
  for (const char* name : {"x/a.npy", "a.npy", "b.depth.png", "c.png", "c.npy"}) {
    TemporaryFolder::write(folder.path() / name, "");
  }
  const eval::Dataset dataset = dataset_of({"x/a", "y/a", "y/b", "c"});
  const PredictionFolder predictions(folder.path(), dataset);
  const auto found = [&](size_t i) {
    const auto path = predictions.find(dataset.samples[i], "depth", extensions);
    return path ? path->lexically_relative(folder.path()).string() : "nothing";
  };
  EXPECT_EQ(found(0), "x/a.npy");
  EXPECT_EQ(found(1), "nothing");  // a.npy may be of x/a or of y/a
  EXPECT_EQ(found(2), "b.depth.png");
  EXPECT_EQ(found(3), "c.npy");  // the first of the extensions
  EXPECT_EQ(
      error_of<Error>([&] { (void)predictions.expect(dataset.samples[1], "depth", extensions); }),
      "no prediction " + (folder.path() / "y/a.npy").string() +
          " (or .depth.npy, or another format)");
}

image::Plane plane_of(float value) {
  image::Plane plane(1, 1);
  plane.at(0, 0) = value;
  return plane;
}

TEST(ReadPrediction, DividesByTheScaleAndSaysWhatItIs) {
  const TemporaryFolder folder;
  const fs::path npy = folder.path() / "a.npy";
  write_file(npy, image::encode_npy(plane_of(3)));
  EXPECT_EQ(read_prediction(npy, std::nullopt).values.at(0, 0), 3);
  EXPECT_EQ(read_prediction(npy, 2).values.at(0, 0), 1.5F);
  EXPECT_EQ(read_prediction(npy, 2).kind, std::nullopt);
  const fs::path exr = folder.path() / "a.exr";
  write_file(exr,
             image::encode_exr(plane_of(3), {.text = image::depth_text(image::metre_unit, "m")}));
  EXPECT_EQ(read_prediction(exr, std::nullopt).kind, eval::PredictionKind::depth);
}

TEST(ReadPrediction, CallsTheScaleAsTheCallerDoes) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.png";
  image::Gray16 codes(1, 1);
  codes.at(0, 0) = 500;
  write_file(path, image::encode_png_gray16(codes));
  EXPECT_EQ(
      error_of<Error>([&] { (void)read_prediction(path, std::nullopt); }),
      path.string() + ": the PNG's text has no scale of its values; scale says what they mean");
  EXPECT_EQ(
      error_of<Error>([&] { (void)read_prediction(path, std::nullopt, "--by"); }),
      path.string() + ": the PNG's text has no scale of its values; --by says what they mean");
  EXPECT_EQ(read_prediction(path, 1000).values.at(0, 0), 0.5F);
}

TEST(ReadLabelPrediction, GivesClassPlusOne) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.npy";
  image::Labels labels(3, 1);
  labels.at(0, 0) = 0;
  labels.at(1, 0) = 7;
  labels.at(2, 0) = 65535;
  write_file(path, image::encode_npy(labels));
  const image::Labels one = read_label_prediction(path, 1);
  EXPECT_EQ(std::vector<uint16_t>(one.data(), one.data() + 3),
            (std::vector<uint16_t>{0, 7, 65535}));
  const image::Labels zero = read_label_prediction(path, 0);
  EXPECT_EQ(std::vector<uint16_t>(zero.data(), zero.data() + 3),
            (std::vector<uint16_t>{1, 8, 0}));  // 65536 is no label
}

}  // namespace
}  // namespace dpt::assess
