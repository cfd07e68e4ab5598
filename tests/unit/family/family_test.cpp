// A family beside those of the table: a folder (toy/) and a line are all that it takes.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <span>

#include "base/error.h"
#include "support/temporary_folder.h"
#include "task/depth.h"
#include "toy/toy_family.h"
#include "weights/convert.h"

namespace dpt::model {
namespace {

namespace fs = std::filesystem;
using runtime::Engine;
using runtime::EngineOptions;
using testing::HasSubstr;

/// The program's table with the toy's line.
Families families_with_toy() {
  static const std::vector<const Family*> table = [] {
    std::vector<const Family*> all(families().begin(), families().end());
    all.push_back(&toy_family);
    return all;
  }();
  return table;
}

EngineOptions with_toy() {
  EngineOptions options;
  options.families = families_with_toy();
  return options;
}

struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};
using Tensors = std::map<std::string, Tensor>;

/// Two channels: the mean of red and 0.5; a mixture of green and blue.
Tensors toy_tensors() {
  std::vector<float> patches(2 * 3 * 4, 0.0F);  // [2, 3, 2, 2]
  for (size_t i = 0; i < 4; ++i) {
    patches[i] = 0.25F;
    patches[12 + 4 + i] = 0.25F;
    patches[12 + 8 + i] = 1.25F;
  }
  return {{"encoder.patches.weight", {{2, 3, 2, 2}, patches}},
          {"encoder.patches.bias", {{2}, {0.5F, 0}}},
          {"encoder.mix.0.weight", {{2, 2, 1, 1}, {2, 1, -1, 0.5F}}},
          {"encoder.mix.0.bias", {{2}, {0, 1}}},
          {"scratch.output_conv.weight", {{1, 2, 1, 1}, {1, 2}}},
          {"scratch.output_conv.bias", {{1}, {0.25F}}}};
}

fs::path written(const fs::path& path, const Tensors& tensors) {
  std::string header, data;
  for (const auto& [name, tensor] : tensors) {
    const size_t bytes = tensor.values.size() * sizeof(float);
    header += fmt::format(R"({}"{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})",
                          header.empty() ? "" : ",", name, fmt::join(tensor.shape, ","),
                          data.size(), data.size() + bytes);
    data.append(reinterpret_cast<const char*>(tensor.values.data()), bytes);
  }
  header = "{" + header + "}";
  std::string length(8, '\0');
  const uint64_t size = header.size();
  std::memcpy(length.data(), &size, sizeof(size));
  test::TemporaryFolder::write(path, length + header + data);
  return path;
}

/// 4 x 2: the left half red, the right one green with a fifth of blue.
image::Image picture() {
  image::Image picture(4, 2);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 4; ++x) {
      const std::array<uint8_t, 3> colour =
          x < 2 ? std::array<uint8_t, 3>{255, 0, 0} : std::array<uint8_t, 3>{0, 255, 51};
      std::copy(colour.begin(), colour.end(), picture.data() + 3 * (y * 4 + x));
    }
  }
  return picture;
}

/// By hand. Normalised, the halves are (1, -1, 0) and (-1, 3, 0.2). Patches: relu of (1 + 0.5, -1)
/// and (-1 + 0.5, 3 + 1) = (1.5, 0) and (0, 4). Mixed: relu of (3, -0.5) and (4, 3). Depth:
/// 3 + 0.25 and 4 + 2 * 3 + 0.25, and between them two values at thirds of the way.
const std::vector<float> by_hand = {3.25F, 3.25F + 7 / 3.0F, 3.25F + 14 / 3.0F, 10.25F};

void expect_by_hand(const std::shared_ptr<Engine>& engine) {
  const image::Plane depth =
      task::DepthEstimator(engine, task::input_rule(*engine, task::Convention::official), 1)
          .run(picture());
  ASSERT_EQ(depth.size(), 8U);
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(depth.span()[i], by_hand[i % 4], 1e-5) << i;
}

TEST(Family, IsRecognisedByItsTensorsAndRun) {
  const test::TemporaryFolder place;
  const fs::path file = written(place.path() / "model.safetensors", toy_tensors());
  const auto engine = Engine::load(file, with_toy());
  EXPECT_EQ(engine->network().variant(), "Toy");
  EXPECT_EQ(engine->size_multiple(), 2);
  expect_by_hand(engine);
  EngineOptions plain = with_toy();
  plain.passes = false;
  expect_by_hand(Engine::load(file, plain));
}

TEST(Family, HasItsOwnInputRule) {
  const test::TemporaryFolder place;
  const auto engine =
      Engine::load(written(place.path() / "model.safetensors", toy_tensors()), with_toy());
  const task::InputRule rule = task::input_rule(*engine);
  EXPECT_EQ(rule.convention, task::Convention::official);
  EXPECT_EQ(rule.normalization.mean[1], 0.25);
  // As large as fits into 4 x 2, in multiples of 2.
  EXPECT_EQ(task::input_size(rule, 400, 200, 2), (image::Size{4, 2}));
  EXPECT_EQ(task::input_size(rule, 200, 200, 2), (image::Size{2, 2}));
}

TEST(Family, HasNamesOfItsOwnInBothDirections) {
  const test::TemporaryFolder place;
  const fs::path file = written(place.path() / "model.safetensors", toy_tensors());
  const fs::path theirs = place.path() / "theirs.safetensors";
  weights::ConvertOptions options;
  options.naming = weights::Naming::hugging_face;
  weights::convert(open_weights(file, families_with_toy()), theirs, options);
  const auto checkpoint = weights::open_checkpoint(theirs);
  EXPECT_TRUE(checkpoint->tensors().contains("toy.layer.0.dense.weight"));
  EXPECT_TRUE(checkpoint->tensors().contains("head.head.bias"));
  const auto engine = Engine::load(theirs, with_toy());
  EXPECT_EQ(engine->weights().naming(), weights::Naming::hugging_face);
  expect_by_hand(engine);
}

TEST(Family, IsUnknownWithoutItsLine) {
  const test::TemporaryFolder place;
  const fs::path file = written(place.path() / "model.safetensors", toy_tensors());
  EXPECT_THAT(test::error_of<Error>([&] { Engine::load(file); }),
              HasSubstr("is not a DPT that this program knows"));
  EXPECT_EQ(find_family("toy"), nullptr);
  EXPECT_EQ(find_family("toy", families_with_toy()), &toy_family);
}

TEST(Family, LeavesTheOthersTheirs) {
  const fs::path tiny = fs::path(DPT_TEST_DATA) / "tiny";
  for (const char* model : {"vit-depth", "hybrid-segmentation/official.pt"}) {
    const auto alone = Engine::load(tiny / model);
    const auto beside = Engine::load(tiny / model, with_toy());
    EXPECT_EQ(beside->network().variant(), alone->network().variant()) << model;
    EXPECT_EQ(beside->weights().naming(), alone->weights().naming()) << model;
    EXPECT_EQ(beside->weight_check().unexpected, alone->weight_check().unexpected) << model;
  }
}

TEST(Family, HasTypesByFileNameAndByName) {
  const test::TemporaryFolder place;
  const fs::path file = written(place.path() / "model.safetensors", toy_tensors());
  EXPECT_FALSE(Engine::load(file, with_toy())->config().metric.has_value());
  const auto named = Engine::load(
      written(place.path() / "toy_metres-1a2b.safetensors", toy_tensors()), with_toy());
  ASSERT_TRUE(named->config().metric.has_value());
  EXPECT_EQ(named->config().metric->file_unit, 100);
  expect_by_hand(named);  // the network's output is metres as it is

  EngineOptions options = with_toy();
  options.model_type = "toy_metres";
  EXPECT_TRUE(Engine::load(file, options)->config().metric.has_value());
  options.model_type = "dpt_large";
  EXPECT_THAT(test::error_of<Error>([&] { Engine::load(file, options); }),
              HasSubstr("holds a Toy, which model type 'dpt_large' is not"));
  options.model_type = "nobody's";
  EXPECT_THAT(test::error_of<Error>([&] { Engine::load(file, options); }),
              HasSubstr("dpt_hybrid_nyu, toy, toy_metres"));
}

TEST(Family, SaysWhatIsWrongWithItsTensors) {
  const test::TemporaryFolder place;
  const auto error_without = [&](const char* name, const char* more = nullptr) {
    Tensors tensors = toy_tensors();
    tensors.erase(name);
    if (more != nullptr) tensors[more] = {{1}, {0}};
    const fs::path file = written(place.path() / "model.safetensors", tensors);
    return test::error_of<Error>([&] { Engine::load(file, with_toy()); });
  };
  EXPECT_THAT(error_without("encoder.mix.0.bias"),
              HasSubstr("tensor encoder.mix.0.bias is missing (width 2)"));
  // The family that knows most of the names says what is missing, recognised or not.
  EXPECT_THAT(error_without("encoder.patches.weight"),
              HasSubstr("is not a toy that this program knows: it has no tensor "
                        "encoder.patches.weight"));
  EXPECT_EQ(error_without("none", "encoder.norm"), "no error");
}

}  // namespace
}  // namespace dpt::model
