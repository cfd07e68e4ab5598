// The Dense Prediction Transformer (Ranftl, Bochkovskiy, Koltun: Vision Transformers for Dense
// Prediction, ICCV 2021) as a graph.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/dpt/config.h"
#include "model/network.h"

namespace dpt::model {

class DptNetwork final : public Network {
 public:
  explicit DptNetwork(DptConfig config) : config_(std::move(config)) {}

  const DptConfig& config() const override { return config_; }
  std::string variant() const override { return config_.variant(); }
  std::string summary() const override { return config_.summary(); }
  Json facts() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  bool can_be(const ModelType& type) const override;
  void set_type(const ModelType& type) override { config_.set_type(type); }
  graph::Value build(graph::Graph& g, const Scope& weights, graph::Value image,
                     Ending ending) const override;
  bool is_known_unused(std::string_view key) const override;
  std::optional<HfConfigTexts> hf_config_texts() const override;

 private:
  DptConfig config_;
};

}  // namespace dpt::model
