// Files that PyTorch and transformers wrote: tests/data/pt and tests/data/tiny.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/half.h"
#include "test_files.h"
#include "weights/checkpoint.h"
#include "weights/weight_set.h"

namespace dpt::weights {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::vector<float> read(const WeightSet& set, const std::string& key) {
  std::vector<float> values(static_cast<size_t>(set.shape(key).elements()));
  const Shape shape = set.shape(key);
  set.read_rows(key, 0, shape.rank() == 0 ? 1 : shape[0], values.data());
  return values;
}

WeightSet official() { return open_set(data_folder() / "tiny/vit-depth/official.pt"); }

/// The same keys, shapes and values, bit for bit, after `convert` of the expected ones.
void expect_same(
    const WeightSet& found, const WeightSet& expected,
    float (*convert)(float) = [](float v) { return v; }) {
  ASSERT_EQ(found.keys(), expected.keys());
  for (const std::string& key : expected.keys()) {
    // The counters of batch norm, which nothing uses, are [1] in the official files here and [] in
    // the folders.
    if (key.ends_with("num_batches_tracked")) continue;
    ASSERT_EQ(found.shape(key), expected.shape(key)) << key;
    std::vector<float> values = read(expected, key);
    for (float& value : values) value = convert(value);
    ASSERT_EQ(read(found, key), values) << key;
  }
}

class GoodFile : public testing::TestWithParam<const char*> {};

TEST_P(GoodFile, HoldsTheTensorsOfTheOfficialFile) {
  const auto set = open_set(data_folder() / "pt" / (std::string(GetParam()) + ".pt"));
  EXPECT_EQ(set.naming(), Naming::official);
  EXPECT_EQ(set.dtype("pretrained.model.cls_token"), DType::f32);
  expect_same(set, official());
}

INSTANTIATE_TEST_SUITE_P(ReferenceFiles, GoodFile,
                         testing::Values("legacy_container", "noncontiguous",
                                         "ordered_dict_with_metadata", "parameters",
                                         "shared_storage_views", "wrapped_model_key"),
                         [](const auto& test) { return std::string(test.param); });

TEST(ReferenceFiles, HalfPrecision) {
  const auto half = open_set(data_folder() / "pt/float16.pt");
  EXPECT_EQ(half.dtype("pretrained.model.cls_token"), DType::f16);
  expect_same(half, official(), [](float v) { return half_to_float(float_to_half(v)); });
  const auto brain = open_set(data_folder() / "pt/bfloat16.pt");
  EXPECT_EQ(brain.dtype("pretrained.model.cls_token"), DType::bf16);
  expect_same(brain, official(), [](float v) { return bfloat16_to_float(float_to_bfloat16(v)); });
  EXPECT_EQ(half.bytes() * 2, official().bytes());
}

TEST(ReferenceFiles, HostileFileIsRefusedAndNothingRuns) {
  EXPECT_THAT(error_of([] { open_set(data_folder() / "pt/hostile_os_system.pt"); }),
              AllOf(HasSubstr("hostile_os_system.pt: hostile_os_system/data.pkl: byte 15053: "),
                    HasSubstr("asks for posix.system")));
  EXPECT_FALSE(fs::exists("OWNED"));
}

TEST(ReferenceFiles, MissingTensorWrongShapeAndNotANumber) {
  const WeightSet expected = official();
  const auto missing = open_set(data_folder() / "pt/missing_tensor.pt");
  EXPECT_EQ(missing.keys().size() + 1, expected.keys().size());
  for (const std::string& key : expected.keys()) {
    if (missing.contains(key)) continue;
    EXPECT_THAT(error_of([&] { missing.shape(key); }),
                HasSubstr("missing_tensor.pt: tensor " + key + " is missing"));
  }

  const auto wrong = open_set(data_folder() / "pt/wrong_shape.pt");
  int differing = 0;
  for (const std::string& key : expected.keys()) {
    differing += wrong.shape(key) == expected.shape(key) ? 0 : 1;
  }
  EXPECT_EQ(differing, 1);

  const auto nan = open_set(data_folder() / "pt/nan_weight.pt");
  int64_t bad = 0;
  for (const std::string& key : nan.keys()) {
    const int64_t count = nan.count_non_finite(key);
    int64_t counted = 0;
    for (const float value : read(nan, key)) counted += std::isfinite(value) ? 0 : 1;
    EXPECT_EQ(count, counted) << key;
    EXPECT_EQ(expected.count_non_finite(key), 0) << key;
    bad += count;
  }
  EXPECT_GT(bad, 0);
}

class TinyModel : public testing::TestWithParam<const char*> {};

TEST_P(TinyModel, OfficialFileEqualsHuggingFaceFolder) {
  const fs::path folder = data_folder() / "tiny" / GetParam();
  const auto theirs = open_set(folder);
  const auto ours = open_set(folder / "official.pt");
  EXPECT_EQ(theirs.naming(), Naming::hugging_face);
  EXPECT_EQ(ours.naming(), Naming::official);
  expect_same(theirs, ours);
  EXPECT_EQ(theirs.bytes(), ours.bytes());
  EXPECT_EQ(theirs.config(), content_of(folder / "config.json"));
  EXPECT_EQ(theirs.preprocessor_config(), content_of(folder / "preprocessor_config.json"));
  EXPECT_EQ(ours.config(), std::nullopt);
  EXPECT_EQ(theirs.file_name(), GetParam());
  EXPECT_EQ(ours.file_name(), "official.pt");
  for (const std::string& key : theirs.keys()) theirs.release(key);
  expect_same(theirs, ours);
}

INSTANTIATE_TEST_SUITE_P(ReferenceFiles, TinyModel,
                         testing::Values("vit-depth", "vit-segmentation", "hybrid-depth",
                                         "hybrid-segmentation"),
                         [](const auto& test) {
                           std::string name = test.param;
                           name[name.find('-')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace dpt::weights
