// A network of some family, with the sizes that its files give it: what builds its graph.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "graph/graph.h"
#include "model/config.h"
#include "model/scope.h"

namespace dpt::model {

/// config.json and preprocessor_config.json of a Hugging Face folder.
struct HfConfigTexts {
  std::string config, preprocessor;
};

/// Immutable once recognize() (families.h) has given it.
class Network {
 public:
  virtual ~Network() = default;

  virtual const ModelConfig& config() const = 0;
  /// "DPT-Hybrid": the published network that it is, or its kind.
  virtual std::string variant() const = 0;
  /// "12 blocks of width 768, ..." for error messages.
  virtual std::string summary() const = 0;
  /// What it consists of, for `dpt info`: an object.
  virtual Json facts() const = 0;
  /// How it is computed where that was a choice, as names and values, for records of results.
  virtual std::vector<std::pair<std::string, std::string>> settings() const { return {}; }

  /// False for types that its tensors contradict.
  virtual bool can_be(const ModelType& type) const = 0;
  virtual void set_type(const ModelType& type) = 0;

  /// Adds the network to `g`. `weights`: the root of its tensors; image [batch, height, width, 3],
  /// normalised, height and width multiples of config().size_multiple. Depth: [batch, height,
  /// width, 1], relative inverse depth, larger is nearer, or metres; segmentation: logits [batch,
  /// height, width, classes], half the height and width if the graph ends before the upsampling.
  virtual graph::Value build(graph::Graph& g, const Scope& weights, graph::Value image,
                             Ending ending) const = 0;
  /// True for tensors that belong to the family but have no part in inference.
  virtual bool is_known_unused(std::string_view key) const = 0;

  /// Its configurations, where transformers has such networks.
  virtual std::optional<HfConfigTexts> hf_config_texts() const { return std::nullopt; }
};

/// The graph for inputs [batch, height, width, 3]. Problems with the weights go to `report`; the
/// graph may be run only if there are none.
graph::Graph build(const Network& network, std::shared_ptr<const weights::WeightSet> weights,
                   int64_t batch, int64_t height, int64_t width, WeightReport& report,
                   Ending ending = Ending::full_size);

/// What a build of any size says about the weights.
struct WeightCheck {
  std::vector<std::string> problems;    ///< missing and wrongly shaped tensors: cannot be run
  std::vector<std::string> unexpected;  ///< tensors that no part of the family has: ignored
  std::vector<std::string> unused;      ///< tensors of the files that inference does not need
  int64_t parameters = 0;               ///< elements of all tensors that inference uses
};
WeightCheck check_weights(const Network& network,
                          const std::shared_ptr<const weights::WeightSet>& weights);

}  // namespace dpt::model
