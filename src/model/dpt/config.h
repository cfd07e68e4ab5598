// What a DPT looks like, and how that is found out from its files.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "model/config.h"
#include "model/dpt/resnetv2.h"
#include "model/parts.h"
#include "weights/weight_set.h"

namespace dpt::model {

enum class Backbone : uint8_t {
  vit,     ///< patches of the picture (DPT-Large, DPT-Base)
  hybrid,  ///< features of a ResNet-50 (DPT-Hybrid)
};

/// Specification 1.1: what all networks have, and the sizes of each part.
struct DptConfig : ModelConfig, VitConfig, ResnetConfig, ReassembleConfig, FusionConfig {
  Backbone backbone = Backbone::vit;
  /// 0-based block after which each feature set is taken; the first two of a hybrid come from the
  /// ResNet, as they are, and are -1 here.
  std::array<int64_t, 4> taps{};
  std::array<int64_t, 2> head{};  ///< depth: channels after output_conv.0 and .2

  /// "DPT-Hybrid", "DPT-Large", "DPT-Base", or "DPT" for other sizes.
  std::string variant() const;
  /// "12 blocks of width 768, ..." for error messages.
  std::string summary() const;
};

/// By tensors and, where there is one, config.json. Throws Error(model) when it is no DPT, or as
/// apply_hf_config().
DptConfig read_dpt_config(const weights::WeightSet& weights);

}  // namespace dpt::model
