// The convolutional embedding of DPT-Hybrid, specification 1.5.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/constant.h"
#include "model/modules.h"

namespace dpt::model {

/// Bottlenecks per stage, channels after the stem and after each stage; empty where there is none.
struct ResnetConfig {
  std::vector<int64_t> stage_blocks, stage_channels;
  int64_t stem_channels = 0;
  int64_t norm_groups = 32;
  bool pool_padding = true;  ///< the stem's pooling pads to half the size; else it loses a row
  graph::WeightStandardization standardization = graph::WeightStandardization::root_of_variance;
};

/// Inner channels of a bottleneck with `out` outer ones: a quarter, rounded to eights.
int64_t bottleneck_width(int64_t out);

/// image [N, H, W, 3] -> the map after each stage, at strides 4, 8, 16 (a little less without
/// c.pool_padding).
std::vector<Value> resnetv2(Graph& g, const Scope& w, Value image, const ResnetConfig& c);

}  // namespace dpt::model
