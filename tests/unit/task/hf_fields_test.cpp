// Every field of config.json and preprocessor_config.json against transformers
// (tests/data/hf_fields).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

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
using testing::IsEmpty;

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

/// What a refusal may name: the fields, or, of factors that the weights have no tensors for, these.
testing::Matcher<std::string> names_a_field(const json& one) {
  std::vector<testing::Matcher<std::string>> names;
  for (const auto& [key, unused] : one["fields"].items()) {
    names.push_back(HasSubstr(key.starts_with("bit.") ? key.substr(4) : key));
    if (key == "reassemble_factors")
      names.push_back(HasSubstr("tensor pretrained.act_postprocess"));
  }
  return testing::AnyOfArray(names);
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

/// N x H x W x C as N x C x H x W.
std::vector<float> planar(const backend::FloatView& value) {
  const int64_t channels = value.shape.back();
  const int64_t pixels = value.shape.elements() / channels;
  std::vector<float> result;
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t p = 0; p < pixels; ++p) result.push_back(value.data[p * channels + c]);
  }
  return result;
}

std::vector<float> output(const std::shared_ptr<runtime::Engine>& engine) {
  runtime::Session session(engine, 1);
  return planar(session.run(test::hashed_input(1, side, side).data(), 1, side, side));
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

/// What transformers runs and this program refuses.
const std::set<std::string> refused = {
    R"(vit {"hidden_act": "quick_gelu"})",
    R"(vit {"hidden_act": "gelu_new"})",
    R"(vit {"tie_last_hidden_states": true})",
    R"(hybrid {"bit.depths": [1, 1, 1]})",  // fewer blocks than there are weights for
    R"(hybrid {"bit.hidden_act": "gelu"})",
    R"(processor {"do_resize": false})",
    R"(processor {"do_resize": null})",
    R"(processor {"resample": 0})",
    R"(processor {"resample": 1})",
    R"(processor {"resample": 4})",
    R"(processor {"resample": 5})",
    R"(processor {"do_pad": true})",  // to no multiple: nothing
    R"(processor {"do_pad": true, "size_divisor": 40})",
    R"(processor {"do_center_crop": true, "crop_size": 16})",  // by the other backend
};

/// What transformers does not run and this program does: nothing in a result tells them apart.
const std::set<std::string> tolerated = {R"(vit {"return_dict": false})"};

TEST(HfFields, OfANetworkAreComputedAsTransformersDoesOrRefusedByTheirName) {
  const test::ReferenceFile expected(data("expected.safetensors"));
  for (const json& one : cases("")) {
    const auto name = one["name"].get<std::string>();
    const bool fails = one["outcome"] == "fails";
    std::shared_ptr<runtime::Engine> engine;
    const std::string error = test::error_of<Error>([&] { engine = load(one); });
    if (engine == nullptr) {
      EXPECT_THAT(error, names_a_field(one)) << name;
      EXPECT_TRUE(fails || refused.contains(name)) << name << ": " << error;
      continue;
    }
    EXPECT_FALSE(refused.contains(name)) << name;
    EXPECT_THAT(configuration_notes(*engine), IsEmpty()) << name;  // the field is known
    if (fails) {
      EXPECT_TRUE(tolerated.contains(name)) << name;
      continue;
    }
    const std::string tensor =
        "network/" + (one["outcome"] == "same" ? one["model"].get<std::string>() : name);
    EXPECT_LT(test::range_error(output(engine), expected.floats(tensor)), limit) << name;
    EXPECT_LT(test::range_error(output(load(one, false)), expected.floats(tensor)), limit) << name;
  }
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
  EXPECT_GE(depths, 6);
  EXPECT_GE(labels, 3);
}

TEST(HfFields, SeveralScalesNeedAnOutputOfTheInputsSize) {
  const image::Image photo = picture(test::ReferenceFile(data("expected.safetensors")));
  const InputRule rule = processor({{"size", side}});
  for (const json& one : cases("segment")) {
    if (!one.contains("tensors")) continue;
    MultiScaleSegmenter segmenter(load(one), rule, 1, {.scales = {1}, .flip = true});
    EXPECT_THAT(test::error_of<Error>([&] { (void)segmenter.run(photo); }),
                HasSubstr("need a network whose output has its input's size"))
        << one["name"];
  }
}

TEST(HfFields, OfTheProcessorAreComputedAsTransformersDoesOrRefusedByTheirName) {
  const test::ReferenceFile expected(data("expected.safetensors"));
  const image::Image photo = picture(expected);
  for (const json& one : cases("processor")) {
    const auto name = one["name"].get<std::string>();
    const bool fails = one["outcome"] == "fails";
    std::optional<InputRule> rule;
    const std::string error = test::error_of<Error>([&] { rule = processor(one["fields"]); });
    if (!rule) {
      EXPECT_THAT(error, names_a_field(one)) << name;
      EXPECT_TRUE(fails || refused.contains(name)) << name << ": " << error;
      continue;
    }
    EXPECT_FALSE(refused.contains(name)) << name;
    EXPECT_THAT(unknown_hf_fields(one["fields"].dump(), "x"), IsEmpty()) << name;
    if (fails) {
      EXPECT_TRUE(tolerated.contains(name)) << name;
      continue;
    }
    const std::string tensor = one["outcome"] == "same" ? "input/processor" : "input/" + name;
    const Shape shape = expected.shape(tensor);
    const image::Size size = input_size(*rule, photo.width(), photo.height(), 1);
    ASSERT_EQ(size, (image::Size{static_cast<int>(shape[2]), static_cast<int>(shape[1])})) << name;
    std::vector<float> input(static_cast<size_t>(shape.elements()));
    make_input(*rule, photo, size, input.data());
    const std::vector<float> found =
        planar({.data = input.data(), .shape = {1, shape[1], shape[2], 3}});
    EXPECT_LT(test::range_error(found, expected.floats(tensor)), 1e-6) << name;
  }
}

TEST(HfFields, UnknownOnesAreNamedInANote) {
  json one = cases("hybrid").front();
  one["fields"] = {{"colour_jitter", 3}, {"nothing", nullptr}, {"bit.stem_type", "deep"}};
  EXPECT_THAT(
      configuration_notes(*load(one)),
      testing::ElementsAre(HasSubstr("metadata config.json: goes without fields that it does "
                                     "not know: colour_jitter, backbone_config.stem_type")));
  EXPECT_THAT(unknown_hf_fields(R"({"size": 64, "do_flip": true, "x": null})", "x"),
              testing::ElementsAre("do_flip"));
}

}  // namespace
}  // namespace dpt::task
