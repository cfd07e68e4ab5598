#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "base/error.h"
#include "base/file/file.h"
#include "model/dpt/config.h"
#include "model/dpt/hf_config.h"
#include "model/dpt/hf_config_text.h"
#include "model/families.h"
#include "support/hashed_weights.h"
#include "support/temporary_folder.h"

namespace dpt::model {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using weights::WeightSet;

fs::path tiny(const std::string& name) { return fs::path(DPT_TEST_DATA) / "tiny" / name; }

/// A made-up checkpoint of full size, recognised.
DptConfig of_keys(const std::string& keys) {
  test::MemoryFile file(keys.c_str());
  test::write_hashed_model(fs::path(DPT_TEST_DATA) / "keys" / (keys + ".json"), file);
  const auto weights = std::make_shared<const WeightSet>(open_weights(file.path()));
  const DptConfig config = read_dpt_config(*weights);
  const WeightCheck check = check_weights(*recognize(*weights), weights);
  EXPECT_THAT(check.problems, testing::IsEmpty());
  EXPECT_THAT(check.unexpected, testing::IsEmpty());
  return config;
}

TEST(Recognize, Hybrid) {
  const DptConfig c = of_keys("depth-hybrid");
  EXPECT_EQ(c.variant(), "DPT-Hybrid");
  EXPECT_EQ(c.task, Task::depth);
  EXPECT_EQ(c.backbone, Backbone::hybrid);
  EXPECT_EQ(c.heads, 12);
  EXPECT_THAT(c.taps, ElementsAre(-1, -1, 8, 11));
  EXPECT_THAT(c.reassemble, ElementsAre(256, 512, 768, 768));
  EXPECT_THAT(c.stage_blocks, ElementsAre(3, 4, 9));
  EXPECT_THAT(c.stage_channels, ElementsAre(256, 512, 1024));
  EXPECT_EQ(c.readout, Readout::project);
  EXPECT_TRUE(c.residual_biases);
  EXPECT_FALSE(c.batch_norm);
}

TEST(Recognize, Base) {
  const DptConfig c = of_keys("depth-base");
  EXPECT_EQ(c.variant(), "DPT-Base");
  EXPECT_THAT(c.taps, ElementsAre(2, 5, 8, 11));
  EXPECT_THAT(c.reassemble, ElementsAre(96, 192, 384, 768));
  EXPECT_EQ(c.fusion, 256);
  EXPECT_THAT(c.head, ElementsAre(128, 32));
}

TEST(Recognize, LargeSegmentation) {
  const DptConfig c = of_keys("seg-large");
  EXPECT_EQ(c.variant(), "DPT-Large");
  EXPECT_EQ(c.task, Task::segmentation);
  EXPECT_EQ(c.classes, 150);
  EXPECT_EQ(c.heads, 16);
  EXPECT_THAT(c.taps, ElementsAre(5, 11, 17, 23));
  EXPECT_TRUE(c.batch_norm);
  EXPECT_FALSE(c.residual_biases);
}

/// What both namings of one model must agree on.
auto sizes_of(const DptConfig& c) {
  return std::tuple(c.summary(), c.taps, c.task, c.batch_norm, c.residual_biases, c.classes);
}

TEST(Recognize, TheSameFromBothNamings) {
  for (const char* name :
       {"vit-depth", "vit-segmentation", "hybrid-depth", "hybrid-segmentation"}) {
    EXPECT_EQ(sizes_of(read_dpt_config(open_weights(tiny(name)))),
              sizes_of(read_dpt_config(open_weights(tiny(name) / "official.pt"))))
        << name;
  }
}

TEST(Recognize, TakesClassNamesFromTheConfiguration) {
  const DptConfig c = read_dpt_config(open_weights(tiny("vit-segmentation")));
  ASSERT_EQ(c.labels.size(), 7U);
  EXPECT_EQ(c.labels[6], "LABEL_6");
}

/// The error for vit-depth with `from` replaced by `to` in config.json.
std::string error_with_config(const std::string& from, const std::string& to) {
  const test::TemporaryFolder folder;
  const fs::path model = folder.copy(tiny("vit-depth"));
  test::TemporaryFolder::replace(model / "config.json", from, to);
  return test::error_of<Error>([&] { read_dpt_config(open_weights(model)); });
}

TEST(HfConfig, SaysHowOutputBecomesMetres) {
  DptConfig c = read_dpt_config(open_weights(tiny("vit-depth")));
  EXPECT_FALSE(c.metric.has_value());
  c.metric = MetricDepth{0.5F, 0.125F, 1};
  const test::TemporaryFolder folder;
  const fs::path model = folder.copy(tiny("vit-depth"));
  const std::string text = hf_config_text(c);
  write_file(model / "config.json", std::as_bytes(std::span(text)));
  const DptConfig again = read_dpt_config(open_weights(model));
  ASSERT_TRUE(again.metric.has_value());
  EXPECT_EQ(again.metric->scale, 0.5F);
  EXPECT_EQ(again.metric->shift, 0.125F);
  EXPECT_EQ(again.metric->file_unit, 1000);  // files hold millimetres
}

TEST(HfConfig, WritesWhatItReads) {
  for (const char* name : {"vit-depth", "hybrid-depth", "vit-segmentation"}) {
    const DptConfig read = read_dpt_config(open_weights(tiny(name)));
    DptConfig changed = read;
    changed.heads = 4;
    changed.norm_epsilon = 0.0625F;
    changed.activation = graph::Activation::relu;
    changed.qkv_biases = false;
    changed.resampling = {3, 1, -2, -4};
    changed.head_input = 1;
    changed.batch_norm = false;
    changed.residual_biases = false;
    changed.norm_groups = 8;
    changed.pool_padding = false;
    DptConfig again = read;
    apply_hf_config(hf_config_text(changed), "config.json", again);
    EXPECT_EQ(hf_config_text(again), hf_config_text(changed)) << name;
    EXPECT_NE(hf_config_text(again), hf_config_text(read)) << name;
    EXPECT_EQ(again.resampling[3], -4) << name;
    EXPECT_EQ(again.head_input, 1) << name;
    EXPECT_THAT(again.notes, testing::IsEmpty()) << name;
  }
}

TEST(HfConfig, RefusesWhatItDoesNotRun) {
  EXPECT_THAT(error_with_config("\"model_type\": \"dpt\"", "\"model_type\": \"zoedepth\""),
              HasSubstr("config.json: model_type is 'zoedepth', expected 'dpt'"));
  EXPECT_THAT(error_with_config("\"add_projection\": false", "\"add_projection\": true"),
              HasSubstr("add_projection is true"));
  EXPECT_THAT(error_with_config("\"backbone_config\": null", "\"backbone_config\": {}"),
              HasSubstr("another backbone"));
  EXPECT_THAT(error_with_config("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\""),
              HasSubstr("hidden_act is 'gelu_new', expected 'gelu' or 'relu'"));
  EXPECT_THAT(error_with_config("\"project\"", "\"concat\""),
              HasSubstr("readout_type is 'concat', expected project, add or ignore"));
}

TEST(HfConfig, RefusesMetresThatItCannotCompute) {
  const std::string type = R"("model_type")";
  EXPECT_THAT(error_with_config(type, R"("depth_estimation_type": "metric", )" + type),
              HasSubstr("depth_estimation_type is 'metric' without metric_depth"));
  for (const char* bad :
       {"1", R"({"scale": 1})", R"({"scale": 0, "shift": 1})", R"({"scale": 1, "shift": "a"})"}) {
    EXPECT_THAT(error_with_config(type, fmt::format(R"("metric_depth": {}, )", bad) + type),
                HasSubstr("expected scale and shift above 0"));
  }
}

TEST(HfConfig, RefusesDamage) {
  EXPECT_THAT(error_with_config("{", "["), HasSubstr("config.json: is not a JSON object"));
  EXPECT_THAT(error_with_config("\"num_attention_heads\": 1", "\"num_attention_heads\": -3"),
              HasSubstr("num_attention_heads is -3, expected a whole number from 1 to 64"));
  EXPECT_THAT(error_with_config("\"num_attention_heads\": 1", "\"num_attention_heads\": 5"),
              HasSubstr("width 64 cannot be divided among 5 heads"));
  EXPECT_THAT(error_with_config("    3\n  ],", "    30\n  ],"),
              HasSubstr("backbone_out_indices is [0,1,2,30], expected four numbers, 4 different "
                        "ones below 4"));
  EXPECT_THAT(error_with_config("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": \"x\""),
              HasSubstr("layer_norm_eps is \"x\", expected a number"));
  EXPECT_THAT(error_with_config("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": 7"),
              HasSubstr("layer_norm_eps is 7, expected a small positive number"));
  EXPECT_THAT(error_with_config("\"image_size\": 96", "\"image_size\": [96, 32]"),
              HasSubstr("image_size is [96,32], expected one with the weights' 36 patches of 16 "
                        "pixels"));
}

}  // namespace
}  // namespace dpt::model
