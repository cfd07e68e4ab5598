#include "model/dpt/hf_config_text.h"

#include <fmt/format.h>

#include <string>

#include "base/json.h"

namespace dpt::model {

namespace {

Json factors_of(const DptConfig& c) {
  Json factors = Json::list();
  for (size_t k = 0; k < c.resampling.size(); ++k) {
    const bool from_resnet = c.backbone == Backbone::hybrid && k < 2;
    const auto n = static_cast<double>(from_resnet ? 1 : c.resampling[k]);
    if (n < 0) {
      factors.push_back(-1 / n);
    } else {
      factors.push_back(static_cast<int64_t>(n));
    }
  }
  return factors;
}

/// The ResNet of a hybrid, a "bit" model.
Json resnet_of(const DptConfig& c) {
  Json names = {"stem"};
  Json features = Json::list();
  for (size_t stage = 1; stage <= c.stage_blocks.size(); ++stage) {
    names.push_back("stage" + std::to_string(stage));
    features.push_back("stage" + std::to_string(stage));
  }
  return {{"model_type", "bit"},
          {"depths", c.stage_blocks},
          {"hidden_sizes", c.stage_channels},
          {"embedding_size", c.stem_channels},
          {"embedding_dynamic_padding", c.pool_padding},
          {"global_padding", "SAME"},
          {"layer_type", "bottleneck"},
          {"hidden_act", "relu"},
          {"num_channels", 3},
          {"num_groups", c.norm_groups},
          {"stage_names", names},
          {"out_features", features}};
}

void add_labels(Json& json, const DptConfig& c) {
  Json names = Json::object();
  Json numbers = Json::object();
  for (int64_t i = 0; i < c.classes; ++i) {
    const bool named = static_cast<size_t>(i) < c.labels.size();
    const std::string name =
        named ? c.labels[static_cast<size_t>(i)] : "LABEL_" + std::to_string(i);
    names[std::to_string(i)] = name;
    numbers[name] = i;
  }
  json["id2label"] = names;
  json["label2id"] = numbers;
}

}  // namespace

std::string hf_config_text(const DptConfig& c) {
  const bool depth = c.task == Task::depth;
  const bool hybrid = c.backbone == Backbone::hybrid;
  Json json = {
      {"model_type", "dpt"},
      {"architectures", {depth ? "DPTForDepthEstimation" : "DPTForSemanticSegmentation"}},
      {"hidden_size", c.width},
      {"num_hidden_layers", c.blocks},
      {"num_attention_heads", c.heads},
      {"intermediate_size", c.mlp_width},
      {"hidden_act", c.activation == graph::Activation::relu ? "relu" : "gelu"},
      {"layer_norm_eps", std::stod(fmt::format("{}", c.norm_epsilon))},
      {"image_size", c.grid * c.patch},
      {"patch_size", c.patch},
      {"num_channels", 3},
      {"qkv_bias", c.qkv_biases},
      {"is_hybrid", hybrid},
      {"readout_type", name_of(c.readout)},
      {"neck_hidden_sizes", c.reassemble},
      {"reassemble_factors", factors_of(c)},
      {"fusion_hidden_size", c.fusion},
      {"head_in_index", c.head_input - 4},
      {"add_projection", false},
      {"use_batch_norm_in_fusion_residual", c.batch_norm},
      {"use_bias_in_fusion_residual", c.residual_biases},
      {"use_auxiliary_head", !depth},
  };
  if (hybrid) {
    json["backbone_config"] = resnet_of(c);
    json["backbone_featmap_shape"] = {1, c.stage_channels.back(), c.grid, c.grid};
    json["backbone_out_indices"] = {0, 1, c.taps[2], c.taps[3]};
    json["neck_ignore_stages"] = {0, 1};
  } else {
    json["backbone_out_indices"] = c.taps;
    json["neck_ignore_stages"] = Json::list();
  }
  if (!depth) add_labels(json, c);
  if (c.metric) {
    json["depth_estimation_type"] = "metric";
    json["metric_depth"] = {{"scale", c.metric->scale}, {"shift", c.metric->shift}};
  }
  return json.dump(true) + "\n";
}

std::string hf_preprocessor_text(const DptConfig& c) {
  const Json json = {{"image_processor_type", "DPTImageProcessor"},
                     {"do_resize", true},
                     {"size", {{"height", c.resize.height}, {"width", c.resize.width}}},
                     {"keep_aspect_ratio", true},
                     {"ensure_multiple_of", 32},
                     {"resample", 3},
                     {"do_rescale", true},
                     {"rescale_factor", 1.0 / 255.0},
                     {"do_normalize", true},
                     {"image_mean", {0.5, 0.5, 0.5}},
                     {"image_std", {0.5, 0.5, 0.5}},
                     {"do_pad", false}};
  return json.dump(true) + "\n";
}

}  // namespace dpt::model
