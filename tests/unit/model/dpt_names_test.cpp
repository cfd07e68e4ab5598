#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "model/dpt/names.h"

namespace dpt::model {
namespace {

using weights::OfficialName;
using Names = std::vector<std::string>;

Names to_hugging_face(std::string_view name, bool hybrid) {
  return dpt_names.to_hugging_face(name, [&](std::string_view tensor) {
    return hybrid && tensor == "pretrained.model.patch_embed.backbone.stem.conv.weight";
  });
}

std::optional<OfficialName> to_official(std::string_view name) {
  return dpt_names.to_official(name);
}

TEST(Names, ExamplesOfTheTable) {
  const auto large = [](std::string_view name) { return to_hugging_face(name, false); };
  EXPECT_EQ(large("pretrained.model.cls_token"), Names{"dpt.embeddings.cls_token"});
  EXPECT_EQ(large("pretrained.model.patch_embed.proj.weight"),
            Names{"dpt.embeddings.patch_embeddings.projection.weight"});
  EXPECT_EQ(to_hugging_face("pretrained.model.patch_embed.proj.weight", true),
            Names{"dpt.embeddings.projection.weight"});
  EXPECT_EQ(large("pretrained.model.blocks.23.attn.qkv.bias"),
            (Names{"dpt.encoder.layer.23.attention.attention.query.bias",
                   "dpt.encoder.layer.23.attention.attention.key.bias",
                   "dpt.encoder.layer.23.attention.attention.value.bias"}));
  EXPECT_EQ(large("pretrained.act_postprocess1.4.weight"),
            Names{"neck.reassemble_stage.layers.0.resize.weight"});
  EXPECT_EQ(large("scratch.refinenet4.out_conv.bias"),
            Names{"neck.fusion_stage.layers.0.projection.bias"});
  EXPECT_EQ(large("scratch.refinenet1.resConfUnit2.bn1.running_var"),
            Names{"neck.fusion_stage.layers.3.residual_layer2.batch_norm1.running_var"});
  EXPECT_EQ(large("auxlayer.4.bias"), Names{"auxiliary_head.head.4.bias"});
}

TEST(Names, WhatTheTableDoesNotKnow) {
  EXPECT_EQ(to_hugging_face("pretrained.model.head.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("something.else", false), Names{});
  EXPECT_EQ(to_hugging_face("scratch.refinenet5.out_conv.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("scratch.layer0_rn.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("pretrained.model.blocks.01.norm1.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("pretrained.model.blocks.99999999999.norm1.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("pretrained.model.blocks.-1.norm1.weight", false), Names{});
  EXPECT_EQ(to_hugging_face("scratch.output_conv.", false), Names{});
  EXPECT_EQ(to_hugging_face("", false), Names{});
  EXPECT_EQ(to_official(""), std::nullopt);
  EXPECT_EQ(to_official("backbone.embeddings.cls_token"), std::nullopt);
  EXPECT_EQ(to_official("neck.fusion_stage.layers.5.projection.weight"), std::nullopt);
  EXPECT_EQ(to_official("neck.convs.2147483647.weight"), std::nullopt);
}

class EveryKey : public testing::TestWithParam<std::string> {};

TEST_P(EveryKey, MapsAndComesBack) {
  const bool hybrid = GetParam().find("hybrid") != std::string::npos;
  const auto keys = nlohmann::json::parse(
      std::ifstream(std::filesystem::path(DPT_TEST_DATA) / "keys" / (GetParam() + ".json")));
  ASSERT_GT(keys.size(), 200U);
  std::set<std::string> seen;
  for (const auto& [key, unused] : keys.items()) {
    const Names names = to_hugging_face(key, hybrid);
    if (key.starts_with("pretrained.model.head.")) {
      EXPECT_EQ(names, Names{}) << key;
      continue;
    }
    const int parts = key.find(".qkv.") != std::string::npos ? 3 : 1;
    ASSERT_EQ(names.size(), static_cast<size_t>(parts)) << key;
    for (int part = 0; part < parts; ++part) {
      const std::string& name = names[static_cast<size_t>(part)];
      EXPECT_TRUE(seen.insert(name).second) << name;
      EXPECT_EQ(to_official(name), (OfficialName{key, part, parts})) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Names, EveryKey,
                         testing::Values("depth-base", "depth-hybrid", "depth-large", "seg-base",
                                         "seg-hybrid", "seg-large"),
                         [](const auto& test) {
                           std::string name = test.param;
                           name[name.find('-')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace dpt::model
