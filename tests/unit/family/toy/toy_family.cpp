#include "toy/toy_family.h"

#include <array>

#include "model/modules.h"
#include "model/shapes.h"

namespace dpt::model {

namespace {

using weights::NameKind;
using weights::NameRule;

constexpr std::array<NameRule, 3> rules = {{
    {"encoder.patches.*", "toy.embeddings.projection.*"},
    {"encoder.mix.{i}.*", "toy.layer.{i}.dense.*"},
    {"scratch.output_conv.*", "head.head.*"},  // as DPT's
}};
constinit const weights::NameTable names{"encoder.", "scratch.", rules};

constexpr std::array<ModelType, 2> types = {
    {{"toy"}, {"toy_metres", 4, 2, MetricDepth{.file_unit = 100}}}};

constexpr int64_t patch = 2;

class Toy final : public Network {
 public:
  explicit Toy(const weights::WeightSet& weights) {
    const Shapes shapes(weights, "toy");
    width_ = shapes.extent("encoder.patches.weight", 4, 0);
    config_.size_multiple = patch;
    config_.resize = {4, 2, patch, image::ResizeMethod::upper_bound, true};
    config_.normalization = {{0.5, 0.25, 0}, {0.5, 0.25, 1}};
  }

  const ModelConfig& config() const override { return config_; }
  std::string variant() const override { return "Toy"; }
  std::string summary() const override { return "width " + std::to_string(width_); }
  Json facts() const override { return {{"width", width_}}; }
  bool can_be(const ModelType& type) const override { return type.name.starts_with("toy"); }
  void set_type(const ModelType& type) override { config_.set_type(type); }
  bool is_known_unused(std::string_view key) const override { return key == "encoder.norm"; }

  graph::Value build(Graph& g, const Scope& weights, Value image, Ending) const override {
    const Scope encoder = weights / "encoder";
    const Scope patches = encoder / "patches";
    Value x = g.relu(g.conv2d(image, patches("weight", {width_, 3, patch, patch}),
                              patches("bias", {width_}), patch));
    x = g.relu(conv(g, encoder / "mix" / 0, x, width_, 1));
    x = g.relu(conv(g, weights / "scratch" / "output_conv", x, 1, 1));
    return g.upsample2x(x, graph::Align::corners);
  }

 private:
  ModelConfig config_;
  int64_t width_ = 0;
};

bool recognises(const weights::WeightSet& weights) {
  return weights.contains("encoder.patches.weight");
}

std::unique_ptr<Network> read(const weights::WeightSet& weights, const NetworkOptions&) {
  return std::make_unique<Toy>(weights);
}

}  // namespace

constinit const Family toy_family{"toy", &names, types, recognises, read};

}  // namespace dpt::model
