#include "assess/setting.h"

#include <fmt/format.h>

#include <utility>

namespace dpt::assess {

namespace {

std::string input_text(const task::InputRule& rule) {
  return fmt::format("{} {}x{}{}, multiples of {}", name_of(rule.convention), rule.resize.height,
                     rule.resize.width, rule.resize.keep_aspect ? " keeping the aspect" : "",
                     rule.resize.multiple);
}

}  // namespace

eval::Setting setting_of(const Model& model, bool apply_exif_orientation) {
  constexpr size_t shown_digits = 16;
  const runtime::Engine& engine = *model.engine;
  const model::ModelConfig& config = engine.config();
  eval::Setting setting = {{"model", model.name},
                           {"sha256", model.sha256.substr(0, shown_digits)},
                           {"precision", std::string(backend::name_of(engine.precision()))},
                           {"input", input_text(model.rule)}};
  for (auto& own : engine.network().settings()) setting.push_back(std::move(own));
  if (config.metric && config.metric->scale > 0) {
    setting.emplace_back(
        "metric", fmt::format("scale {}, shift {}", config.metric->scale, config.metric->shift));
  }
  if (!apply_exif_orientation) setting.emplace_back("exif_orientation", "not applied");
  return setting;
}

}  // namespace dpt::assess
