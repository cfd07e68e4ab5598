#include "model/hf_config.h"

#include "base/error.h"
#include "model/json_fields.h"

namespace dpt::model {

namespace {

using nlohmann::json;

void refuse_other_families(const JsonFields& f, const std::string& name) {
  const std::string type = f.text("model_type", "dpt");
  if (type != "dpt") {
    fail(ErrorKind::model, "{}: model_type is '{}', expected 'dpt'", name, printable(type));
  }
  const bool hybrid = f.flag("is_hybrid", false);
  if (f.has("backbone") || (f.has("backbone_config") && !hybrid)) {
    fail(ErrorKind::model, "{}: has another backbone than DPT-Large, -Base and -Hybrid", name);
  }
  if (f.flag("add_projection", false)) {
    fail(ErrorKind::model, "{}: add_projection is true, which this version does not run", name);
  }
  const std::string activation = f.text("hidden_act", "gelu");
  if (activation != "gelu") {
    fail(ErrorKind::model, "{}: hidden_act is '{}', expected 'gelu'", name, printable(activation));
  }
}

void read_taps(const JsonFields& f, const std::string& name, DptConfig& c) {
  if (!f.has("backbone_out_indices")) return;
  const json& indices = f["backbone_out_indices"];
  if (!indices.is_array() || indices.size() != 4) {
    fail(ErrorKind::model, "{}: backbone_out_indices is {}, expected four block numbers", name,
         JsonFields::shown(indices));
  }
  for (size_t k = c.backbone == Backbone::hybrid ? 2 : 0; k < 4; ++k) {
    const bool fits = indices[k].is_number_integer() && indices[k].get<int64_t>() >= 0 &&
                      indices[k].get<int64_t>() < c.blocks;
    if (!fits) {
      fail(ErrorKind::model, "{}: backbone_out_indices is {}, expected numbers below {}", name,
           JsonFields::shown(indices), c.blocks);
    }
    c.taps[k] = indices[k].get<int64_t>();
  }
}

void read_readout(const JsonFields& f, const std::string& name, DptConfig& c) {
  const std::string readout = f.text("readout_type", "project");
  if (readout == "project") {
    c.readout = Readout::project;
  } else if (readout == "add") {
    c.readout = Readout::add;
  } else if (readout == "ignore") {
    c.readout = Readout::ignore;
  } else {
    fail(ErrorKind::model, "{}: readout_type is '{}', expected project, add or ignore", name,
         printable(readout));
  }
}

/// image_size: one number, or [height, width].
void read_grid(const JsonFields& f, const std::string& name, DptConfig& c) {
  if (!f.has("image_size") || c.backbone == Backbone::hybrid) return;
  const json& size = f["image_size"];
  if (!size.is_array() || size.size() != 2) return;
  const int64_t trained = c.grid_height * c.grid_width;
  const bool numbers = size[0].is_number_integer() && size[1].is_number_integer();
  const int64_t height = numbers ? size[0].get<int64_t>() / c.patch : 0;
  const int64_t width = numbers ? size[1].get<int64_t>() / c.patch : 0;
  if (height < 1 || width < 1 || height > trained || width > trained || height * width != trained) {
    fail(ErrorKind::model, "{}: image_size {} does not fit the {} positions of the weights", name,
         JsonFields::shown(size), trained);
  }
  c.grid_height = height;
  c.grid_width = width;
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
  const json& found = f["metric_depth"];
  const auto positive = [&](const char* key) {
    const bool fits = found.is_object() && found.contains(key) && found[key].is_number() &&
                      found[key].get<double>() > 0 && found[key].get<double>() < 1e6;
    if (!fits) {
      fail(ErrorKind::model, "{}: metric_depth is {}, expected scale and shift above 0", name,
           JsonFields::shown(found));
    }
    return found[key].get<float>();
  };
  constexpr float millimetres = 1000;
  c.metric = MetricDepth{positive("scale"), positive("shift"), millimetres};
}

void read_labels(const JsonFields& f, DptConfig& c) {
  if (c.task != Task::segmentation || !f.has("id2label") || !f["id2label"].is_object()) return;
  std::vector<std::string> labels(static_cast<size_t>(c.classes));
  for (int64_t i = 0; i < c.classes; ++i) {
    const auto found = f["id2label"].find(std::to_string(i));
    const bool named = found != f["id2label"].end() && found->is_string();
    labels[static_cast<size_t>(i)] =
        named ? printable(found->get<std::string>(), 80) : "class " + std::to_string(i);
  }
  c.labels = std::move(labels);
}

}  // namespace

void apply_hf_config(const std::string& text, const std::string& name, DptConfig& config) {
  const json object = parse_json_object(text, name);
  const JsonFields f(object, name);
  refuse_other_families(f, name);
  config.heads = f.integer("num_attention_heads", config.heads, 1, config.width);
  config.norm_epsilon = static_cast<float>(f.number("layer_norm_eps", config.norm_epsilon));
  if (!(config.norm_epsilon >= 0 && config.norm_epsilon < 1)) {
    fail(ErrorKind::model, "{}: layer_norm_eps is {}, expected a small positive number", name,
         JsonFields::shown(f["layer_norm_eps"]));
  }
  read_taps(f, name, config);
  read_readout(f, name, config);
  read_grid(f, name, config);
  read_metric(f, name, config);
  read_labels(f, config);
}

}  // namespace dpt::model
