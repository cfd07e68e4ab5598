// Networks whose output has another size than their input, against transformers
// (tests/data/hf_fields).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/image.h"
#include "support/differences.h"
#include "support/hashed_weights.h"
#include "support/reference_file.h"
#include "support/temporary_folder.h"
#include "task/depth.h"
#include "task/multi_scale.h"
#include "task/segmentation.h"

namespace dpt::task {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr double limit = 1e-4;  // of the output's range, as for every network (docs/parity.md)
constexpr int64_t side = 64;

fs::path data(const char* file) { return fs::path(DPT_TEST_DATA) / "hf_fields" / file; }

const json& reference() {
  static const json text = json::parse(std::ifstream(data("cases.json")));
  return text;
}

/// A model's text with some fields changed; "bit.X" is X of backbone_config.
json changed(json config, const json& fields) {
  for (const auto& [key, value] : fields.items()) {
    const bool bit = key.starts_with("bit.");
    json& place = bit ? config["backbone_config"] : config;
    const std::string name = bit ? key.substr(4) : key;
    place[name] = value;
    if (value == "(absent)") place.erase(name);
  }
  return config;
}

std::shared_ptr<runtime::Engine> load(const json& config, const json& tensors, bool passes = true) {
  test::MemoryFile file("model");
  test::write_hashed_model(tensors, file, {{"config.json", config.dump()}});
  runtime::EngineOptions options;
  options.passes = passes;
  return runtime::Engine::load(file.path(), options);
}

std::shared_ptr<runtime::Engine> load(const json& one, bool passes = true) {
  const json& model = reference()["models"][one["model"]];
  return load(changed(model["config"], one["fields"]),
              one.contains("tensors") ? one["tensors"] : model["tensors"], passes);
}

/// Cases of a model, or, with "", of all networks.
std::vector<json> cases(const std::string& model) {
  std::vector<json> found;
  for (const json& one : reference()["cases"]) {
    const bool network = one["model"] != "processor";
    if (model.empty() ? network : one["model"] == model) found.push_back(one);
  }
  return found;
}

image::Image picture(const test::ReferenceFile& file) {
  const Shape shape = file.shape("picture");
  image::Image picture(static_cast<int>(shape[1]), static_cast<int>(shape[0]));
  const std::vector<uint8_t> bytes = file.bytes("picture");
  std::copy(bytes.begin(), bytes.end(), picture.data());
  return picture;
}

InputRule processor(const json& fields) {
  const json text = changed(reference()["models"]["processor"]["config"], fields);
  return read_hf_rule(text.dump(), "preprocessor_config.json");
}

TEST(HfFields, OutputsOfOtherSizesThanTheInputBecomeThePicturesSize) {
  const test::ReferenceFile expected(data("expected.safetensors"));
  const image::Image photo = picture(expected);
  const InputRule rule = processor({{"size", side}});
  int depths = 0, labels = 0;
  for (const json& one : cases("")) {
    if (!one.contains("tensors") || !one["fields"].contains("patch_size")) continue;
    const auto name = one["name"].get<std::string>();
    if (expected.has("depth/" + name)) {
      const image::Plane depth = DepthEstimator(load(one), rule, 1).run(photo);
      EXPECT_LT(test::range_error(depth.span(), expected.floats("depth/" + name)), limit) << name;
      ++depths;
    }
    if (expected.has("labels/" + name)) {
      const image::Labels found = Segmenter(load(one), rule, 1).run(photo).labels;
      const std::vector<uint8_t> wanted = expected.bytes("labels/" + name);
      const std::vector<float> margins = expected.floats("margin/" + name);
      ASSERT_EQ(found.span().size(), wanted.size());
      for (size_t i = 0; i < wanted.size(); ++i) {
        const bool clear = margins[i] > 1e-3F;
        ASSERT_TRUE(!clear || found.span()[i] - 1 == wanted[i]) << name << " " << i;
      }
      ++labels;
    }
  }
  EXPECT_GE(depths, 3);
  EXPECT_GE(labels, 2);
}

TEST(HfFields, SeveralScalesNeedAnOutputOfTheInputsSize) {
  const image::Image photo = picture(test::ReferenceFile(data("expected.safetensors")));
  const InputRule rule = processor({{"size", side}});
  for (const json& one : cases("segment")) {
    if (!one.contains("tensors") || !one["fields"].contains("patch_size")) continue;
    MultiScaleSegmenter segmenter(load(one), rule, 1, {.scales = {1}, .flip = true});
    EXPECT_THAT(test::error_of<Error>([&] { (void)segmenter.run(photo); }),
                HasSubstr("need a network whose output has its input's size"))
        << one["name"];
  }
}

}  // namespace
}  // namespace dpt::task
