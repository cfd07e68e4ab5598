// A family of networks: all that this program has to know of it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "graph/constant.h"
#include "model/model_type.h"
#include "model/network.h"
#include "weights/names.h"
#include "weights/weight_set.h"

namespace dpt::model {

/// What tensors and configurations cannot tell of a network, and its user may.
struct NetworkOptions {
  /// The name of a ModelType: the metric. Default: by file name.
  std::optional<std::string> model_type;
  /// Of networks that have it. Default: the family's.
  std::optional<graph::WeightStandardization> standardization;
};

struct Family {
  /// As models/registry.json has it under "architecture".
  std::string_view name;
  /// Its tensors' names, official and Hugging Face's.
  const weights::NameTable* names;
  /// Its published kinds.
  std::span<const ModelType> types;
  /// Whether tensors are those of such a network, complete or not.
  bool (*recognises)(const weights::WeightSet& weights);
  /// The network that tensors and, where there is one, config.json describe. Throws Error(model)
  /// when a tensor is missing that tells its sizes, it is of a kind that this version does not run,
  /// or config.json is damaged or contradicts the tensors. Shapes are checked only as far as the
  /// sizes need; building the network checks all of them.
  std::unique_ptr<Network> (*read)(const weights::WeightSet& weights,
                                   const NetworkOptions& options);
};

}  // namespace dpt::model
