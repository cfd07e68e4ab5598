#include "eval/datasets/dataset.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/error.h"
#include "base/file/file.h"
#include "eval/datasets/text_file.h"
#include "eval/ordinal.h"
#include "image/codec/write.h"

namespace dpt::eval {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of its own for each test.
class Datasets : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(testing::TempDir()) / (std::string("dpt_eval_") + info->name());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }

  std::filesystem::path folder;
};

template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Datasets, LinesOfWords) {
  const auto lines = read_lines(write("a", "# no\n\n a b,c\r\nx y\tz\n1"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0].words, ElementsAre("a", "b", "c"));
  EXPECT_THAT(lines[1].words, ElementsAre("x y", "z"));
  EXPECT_EQ(lines[1].number, 4);
  EXPECT_EQ(lines[2].integer(0), 1);
  EXPECT_THAT(error_of([&] { lines[0].real(5); }), HasSubstr("line 3 is \"a b c\", expected a"));
  EXPECT_FALSE(to_real("1e999"));
  EXPECT_FALSE(to_real("nan"));
  EXPECT_EQ(to_real("-2.5"), -2.5);
}

TEST_F(Datasets, DisparityAndDepthToMetres) {
  image::Plane stored(4, 1);
  const std::array<float, 4> values = {2, 0, INFINITY, -1};
  std::copy(values.begin(), values.end(), stored.data());
  write_file(folder / "t.npy", image::encode_npy(stored));
  Sample sample{.picture = {}, .truth = folder / "t.npy", .name = {}, .depth = {.scale = 4}};
  EXPECT_EQ(read_depth_truth(sample).at(0, 0), 0.5);
  sample.depth = {.is_disparity = true, .scale = 4, .numerator = 3, .offset = 1};
  const Depths metres = read_depth_truth(sample);
  EXPECT_EQ(metres.at(0, 0), 2);
  for (int x = 1; x < 4; ++x) EXPECT_TRUE(std::isnan(metres.at(x, 0)));
}

TEST_F(Datasets, LabelsToClasses) {
  image::Labels stored(4, 1);
  const std::array<uint16_t, 4> values = {0, 1, 59, 255};
  std::copy(values.begin(), values.end(), stored.data());
  write_file(folder / "t.npy", image::encode_npy(stored));
  const LabelEncoding encoding{.classes = 59, .also_ignored = 255};
  EXPECT_THAT(read_label_truth(folder / "t.npy", encoding, 59).span(), ElementsAre(0, 1, 59, 0));
  const LabelEncoding zero_based{.classes = 60, .first = 0, .ignored = 255};
  EXPECT_THAT(read_label_truth(folder / "t.npy", zero_based, 60).span(), ElementsAre(1, 2, 60, 0));
  EXPECT_THAT(error_of([&] { read_label_truth(folder / "t.npy", {}, 9); }),
              HasSubstr("label 59, expected 1 to 9, or 0 for none"));
}

TEST_F(Datasets, KnowsKittisSlashesAndNone) {
  const auto list = write("split.txt", "/a/b.png /c/d.png 721\na/e.png None 7\n");
  const Dataset dataset = open_dataset("kitti", true, list, {.images = "raw", .truth = {}});
  ASSERT_EQ(dataset.samples.size(), 1U);
  EXPECT_EQ(dataset.samples[0].picture, "raw/a/b.png");
  EXPECT_EQ(dataset.samples[0].truth, folder / "c/d.png");
  EXPECT_EQ(dataset.samples[0].name, "a/b");
  EXPECT_EQ(dataset.missing, 1U);
}

TEST_F(Datasets, PascalContextInBothLayouts) {
  write("val.txt", "2008_1\n");
  Sample sample = open_dataset("pascal-context", false, folder, {}).samples.at(0);
  EXPECT_EQ(sample.picture, folder / "JPEGImages/2008_1.jpg");
  EXPECT_EQ(sample.truth, folder / "Context/2008_1.png");
  write("ImageSets/SegmentationContext/val.txt", "2008_2\n");
  sample = open_dataset("pascal-context", false, folder, {}).samples.at(0);
  EXPECT_EQ(sample.truth, folder / "SegmentationClassContext/2008_2.png");
  EXPECT_EQ(sample.name, "2008_2");
}

TEST_F(Datasets, TheHashIsOfTheNamesAndTheirOrder) {
  const auto hash_of = [&](std::string_view lines) {
    return hash_of_names(open_dataset("list", true, write("list.txt", lines), {}));
  };
  const std::string hash = hash_of("a.png t.png\nb.png t.png\n");
  EXPECT_EQ(hash.size(), 16U);
  EXPECT_EQ(hash_of("a.jpg u.png\nb.jpg u.png\n"), hash);
  EXPECT_NE(hash_of("b.png t.png\na.png t.png\n"), hash);
  EXPECT_NE(hash_of("ab.png t.png\n"), hash_of("a.png t.png\nb.png t.png\n"));
}

/// Lists and calibrations come from outside: whatever they hold is read or refused.
TEST_F(Datasets, HostileTextIsReadOrRefused) {
  const std::string seed =
      "10.0 rgb/1.png 10 depth/1.png\ncam0=[3 0 1]\ndoffs=1\nbaseline=2\n1 2 3 4 <";
  uint32_t random = 1;
  for (int i = 0; i < 300; ++i) {
    std::string text = seed;
    for (int change = 0; change < 6; ++change) {
      random = random * 1664525 + 1013904223;
      const size_t at = random % text.size();
      if (random >> 30 == 0) text.resize(at + 1);
      text[at] = static_cast<char>(random >> 16);
    }
    const auto list = write("d/associations.txt", text);
    write("d/calib.txt", text);
    write("d/disp0.pfm", text);
    for (const auto* kind : {"tum", "middlebury"}) {
      EXPECT_NE(error_of([&] { open_dataset(kind, true, folder / "d", {}); }), "");
    }
    for (const auto* kind : {"kitti", "list"}) {
      EXPECT_NE(error_of([&] { open_dataset(kind, true, list, {}); }), "");
    }
    EXPECT_NE(error_of([&] { read_pairs(list); }), "");
  }
}

}  // namespace
}  // namespace dpt::eval
