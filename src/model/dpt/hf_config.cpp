#include "model/dpt/hf_config.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/json_fields.h"
#include "model/dpt/hf_fields.h"
#include "model/hf_fields.h"

namespace dpt::model {

namespace {

constexpr int64_t transformers_heads = 12;  // what DPTConfig has where a file says nothing
constexpr double transformers_epsilon = 1e-12;

/// A value that the weights decide; config.json may leave it out but not contradict it.
void require_same(const JsonFields& f, const char* key, int64_t of_weights) {
  const auto found = f.integer(key, of_weights, 1, largest_size);
  if (found != of_weights) {
    f.fail_expecting(key, fmt::format("{}, as the weights have it", of_weights));
  }
}

/// The same of a list.
void require_same(const JsonFields& f, const char* key, const std::vector<int64_t>& of_weights) {
  if (f.has(key) && !(f[key] == Json(of_weights))) {
    f.fail_expecting(key, fmt::format("[{}], as the weights have it", fmt::join(of_weights, ",")));
  }
}

/// What config.json wants of tensors that the weights have or not.
bool wanted_and_there(const JsonFields& f, const char* key, bool wanted, bool there) {
  if (wanted && !there) f.fail_expecting(key, "false, for the weights have no tensors for it");
  return wanted;
}

void refuse_other_families(const JsonFields& f, const std::string& name, const DptConfig& c) {
  const std::string type = f.text("model_type", "dpt");
  if (type != "dpt") {
    fail(ErrorKind::model, "{}: model_type is '{}', expected 'dpt'", name, printable(type));
  }
  const bool hybrid = c.backbone == Backbone::hybrid;
  const bool said = f.flag("is_hybrid", false);
  if (said != hybrid) {
    fail(ErrorKind::model, "{}: is_hybrid is {}, but the weights are {} hybrid's", name, said,
         hybrid ? "a" : "no");
  }
  if (f.has("backbone_config") && !said) {
    fail(ErrorKind::model,
         "{}: backbone_config: another backbone than DPT-Large, -Base and -Hybrid", name);
  }
  if (f.flag("add_projection", false) && c.task == Task::depth) {
    fail(ErrorKind::model, "{}: add_projection is true, which this version does not run", name);
  }
  // Integers with a scale for each row are what it means; other methods change more.
  if (f.has("quantization_config")) {
    const Json* method = f["quantization_config"].find("quant_method");
    if (method == nullptr || !(*method == Json("compressed-tensors"))) {
      f.fail_expecting("quantization_config", "none, or compressed-tensors");
    }
  }
}

void read_transformer(const JsonFields& f, const std::string& name, DptConfig& c) {
  require_same(f, "hidden_size", c.width);
  require_same(f, "num_hidden_layers", c.blocks);
  require_same(f, "intermediate_size", c.mlp_width);
  require_same(f, "patch_size", c.patch);
  c.heads = f.integer("num_attention_heads", transformers_heads, 1, c.width);
  c.norm_epsilon = static_cast<float>(f.number("layer_norm_eps", transformers_epsilon));
  if (!(c.norm_epsilon >= 0 && c.norm_epsilon < 1)) {
    f.fail_expecting("layer_norm_eps", "a small positive number");
  }
  c.qkv_biases = wanted_and_there(f, "qkv_bias", f.flag_or_null("qkv_bias", true), c.qkv_biases);
  const std::string activation = f.text("hidden_act", "gelu");
  if (activation != "gelu" && activation != "relu") {
    fail(ErrorKind::model, "{}: hidden_act is '{}', expected 'gelu' or 'relu'", name,
         printable(activation));
  }
  c.activation = activation == "relu" ? graph::Activation::relu : graph::Activation::gelu;
}

/// backbone_out_indices: transformers takes these blocks' outputs in the blocks' order. The first
/// two of a hybrid are the ResNet's, whatever they say.
void read_taps(const JsonFields& f, DptConfig& c) {
  const Json* given = f.find("backbone_out_indices");
  const Json indices = given != nullptr ? *given : Json(std::array{2, 5, 8, 11});
  const size_t first = c.backbone == Backbone::hybrid ? 2 : 0;
  std::vector<int64_t> taps;
  for (size_t k = first; indices.is_list() && indices.size() == 4 && k < 4; ++k) {
    const auto index = whole(indices.items()[k]);
    if (index && *index >= 0 && *index < c.blocks) taps.push_back(*index);
  }
  std::sort(taps.begin(), taps.end());
  const bool unique = std::adjacent_find(taps.begin(), taps.end()) == taps.end();
  if (!unique || taps.size() != 4 - first) {
    f.fail_expecting("backbone_out_indices",
                     fmt::format("four numbers, {} different ones below {}", 4 - first, c.blocks));
  }
  std::copy(taps.begin(), taps.end(), c.taps.begin() + static_cast<std::ptrdiff_t>(first));
}

void read_readout(const JsonFields& f, const std::string& name, DptConfig& c) {
  const std::string text = f.text("readout_type", "project");
  const bool hybrid = c.backbone == Backbone::hybrid;
  const auto readout = parse_enum<Readout>(text);
  if (!readout || (hybrid && *readout != Readout::project)) {
    fail(ErrorKind::model, "{}: readout_type is '{}', expected project{}", name, printable(text),
         hybrid ? " in a hybrid" : ", add or ignore");
  }
  c.readout = *readout;
}

/// A reassemble_factor as DptConfig::resampling has it, 0 when it is none: a whole number enlarges;
/// below 1, transformers takes the whole part of its inverse as the stride.
int64_t resampling_of(const Json& factor) {
  constexpr double most = 64;
  if (!factor.is_number()) return 0;
  const double value = factor.real();
  if (value >= 1) return value <= most && value == std::floor(value) ? std::lround(value) : 0;
  return value >= 1 / most ? -static_cast<int64_t>(1 / value) : 0;
}

void read_resampling(const JsonFields& f, DptConfig& c) {
  const Json* given = f.find("reassemble_factors");
  const Json factors = given != nullptr ? *given : Json(std::array{4.0, 2.0, 1.0, 0.5});
  bool fits = factors.is_list() && factors.size() == 4;
  for (size_t k = 0; fits && k < 4; ++k) {
    c.resampling[k] = resampling_of(factors.items()[k]);
    fits = c.resampling[k] != 0;
  }
  if (!fits) {
    f.fail_expecting("reassemble_factors", "four factors: whole numbers up to 64 and fractions");
  }
}

void read_decoder(const JsonFields& f, const std::string& name, DptConfig& c) {
  read_taps(f, c);
  read_readout(f, name, c);
  read_resampling(f, c);
  require_same(f, "neck_hidden_sizes",
               std::vector<int64_t>(c.reassemble.begin(), c.reassemble.end()));
  require_same(f, "fusion_hidden_size", c.fusion);
  const char* norms = "use_batch_norm_in_fusion_residual";
  c.batch_norm = wanted_and_there(f, norms, f.flag_or_null(norms, false), c.batch_norm);
  const char* biases = "use_bias_in_fusion_residual";
  const bool biased = f.has(biases) ? f.flag(biases, true) : !c.batch_norm;
  c.residual_biases = wanted_and_there(f, biases, biased, c.residual_biases);
  const int64_t head = f.integer("head_in_index", -1, -4, 3);
  c.head_input = static_cast<int>(head < 0 ? head + 4 : head);
}

/// image_size: one number, or [height, width]. It says how many positions there are; transformers
/// takes them as a square, whatever it is.
void read_grid(const JsonFields& f, const DptConfig& c) {
  if (!f.has("image_size")) return;
  const Json& size = f["image_size"];
  const bool pair = size.is_list() && size.size() == 2;
  const int64_t trained = c.grid * c.grid;
  const auto patches = [&](const Json& side) {
    const int64_t pixels = whole(side).value_or(0);
    return pixels >= 1 && pixels <= largest_size * c.patch ? pixels / c.patch : 0;
  };
  const Json& height = pair ? size.items()[0] : size;
  const Json& width = pair ? size.items()[1] : size;
  if (patches(height) * patches(width) != trained) {
    f.fail_expecting("image_size", fmt::format("one with the weights' {} patches of {} pixels",
                                               trained, c.patch));
  }
}

/// Lists of the ResNet's three stages; `expected` as JSON.
void require_list(const JsonFields& f, const char* key, const char* expected, bool present) {
  if (!f.has(key) && !present) return;
  if (!f.has(key) || !(f[key] == Json::parse(expected))) f.fail_expecting(key, expected);
}

/// backbone_config of a hybrid, a "bit" model.
void read_resnet(const JsonFields& f, DptConfig& c) {
  require_same(f, "embedding_size", c.stem_channels);
  require_same(f, "hidden_sizes", c.stage_channels);
  require_same(f, "depths", c.stage_blocks);
  if (f.text("layer_type", "preactivation") != "bottleneck") {
    f.fail_expecting("layer_type", "\"bottleneck\"");
  }
  const std::string padding = f.has("global_padding") ? f.text("global_padding", "") : "";
  if (padding != "SAME" && padding != "same") f.fail_expecting("global_padding", "\"SAME\"");
  c.norm_groups = f.integer("num_groups", 32, 1, largest_size);
  c.pool_padding = f.flag("embedding_dynamic_padding", false);
  f.integer("output_stride", 32, 16, largest_size);  // from the ResNet's own 16 on it does nothing
  const bool by_name = f.has("out_features") || !f.has("out_indices");
  require_list(f, "out_features", R"(["stage1","stage2","stage3"])", by_name);
  require_list(f, "out_indices", "[1,2,3]", !by_name);
  require_list(f, "stage_names", R"(["stem","stage1","stage2","stage3"])", false);
}

/// What is_hybrid adds. Without backbone_config it means the published ResNet. Adds the fields that
/// are not known to `unknown`.
void read_hybrid(const JsonFields& f, const std::string& name, DptConfig& c,
                 std::vector<std::string>& unknown) {
  if (c.backbone != Backbone::hybrid) return;
  if (f.has("backbone_config")) {
    const Json& found = f["backbone_config"];
    if (!found.is_object()) f.fail_expecting("backbone_config", "an object");
    const std::string place = name + ": backbone_config";
    const JsonFields resnet(found, place, {bit_fields(), common_fields()});
    read_resnet(resnet, c);
    for (const std::string& field : unknown_fields(found, {bit_fields(), common_fields()})) {
      unknown.push_back("backbone_config." + field);
    }
  }
  if (f.has("neck_ignore_stages")) {
    const Json& stages = f["neck_ignore_stages"];
    std::set<int64_t> found;
    for (size_t i = 0; stages.is_list() && i < stages.size(); ++i) {
      found.insert(whole(stages.items()[i]).value_or(-1));
    }
    if (found != std::set<int64_t>{0, 1}) f.fail_expecting("neck_ignore_stages", "[0,1]");
  }
  if (f.has("backbone_featmap_shape")) {
    const Json& shape = f["backbone_featmap_shape"];
    const bool fits =
        shape.is_list() && shape.size() >= 2 && shape.items()[1] == Json(c.stage_channels.back());
    if (!fits) {
      f.fail_expecting("backbone_featmap_shape",
                       fmt::format("[1,{},height,width]", c.stage_channels.back()));
    }
  }
}

/// metric_depth, a field of our own: {"scale": S, "shift": T}, depth = 1 / (S * output + T) metres.
void read_metric(const JsonFields& f, const std::string& name, DptConfig& c) {
  if (!f.has("metric_depth")) {
    if (f.text("depth_estimation_type", "relative") != "metric") return;
    fail(ErrorKind::model, "{}: depth_estimation_type is 'metric' without metric_depth", name);
  }
  if (c.task != Task::depth) {
    fail(ErrorKind::model, "{}: metric_depth in a segmentation model", name);
  }
  const Json& found = f["metric_depth"];
  const auto positive = [&](const char* key) {
    const Json* value = found.find(key);
    const bool fits =
        value != nullptr && value->is_number() && value->real() > 0 && value->real() < 1e6;
    if (!fits) {
      fail(ErrorKind::model, "{}: metric_depth is {}, expected scale and shift above 0", name,
           JsonFields::shown(found));
    }
    return static_cast<float>(value->real());
  };
  constexpr float millimetres = 1000;
  c.metric = MetricDepth{positive("scale"), positive("shift"), millimetres};
}

void read_labels(const JsonFields& f, DptConfig& c) {
  if (c.task != Task::segmentation) return;
  if (!f.has("id2label")) {
    if (f.has("num_labels")) require_same(f, "num_labels", c.classes);
    return;
  }
  const Json& names = f["id2label"];
  if (!names.is_object() || static_cast<int64_t>(names.size()) != c.classes) {
    f.fail_expecting("id2label", fmt::format("names of the weights' {} classes", c.classes));
  }
  std::vector<std::string> labels(static_cast<size_t>(c.classes));
  for (int64_t i = 0; i < c.classes; ++i) {
    const Json* found = names.find(std::to_string(i));
    const bool named = found != nullptr && found->is_text();
    labels[static_cast<size_t>(i)] =
        named ? printable(found->text(), 80) : "class " + std::to_string(i);
  }
  c.labels = std::move(labels);
}

}  // namespace

void apply_hf_config(const std::string& text, const std::string& name, DptConfig& config) {
  const Json object = parse_json_object(text, name);
  const JsonFields f(object, name, {dpt_fields(), common_fields()});
  refuse_other_families(f, name, config);
  read_transformer(f, name, config);
  read_grid(f, config);
  std::vector<std::string> unknown = unknown_fields(object, {dpt_fields(), common_fields()});
  read_hybrid(f, name, config, unknown);
  read_decoder(f, name, config);
  read_metric(f, name, config);
  read_labels(f, config);
  if (!unknown.empty()) config.notes.push_back(unknown_fields_note(name, unknown));
}

}  // namespace dpt::model
