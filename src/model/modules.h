// What families of networks share, as graph builders. Maps are [N, H, W, C], tokens [N, T, D]; `w`
// is the module's place in the checkpoint. Sections are those of the specification of the family.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "graph/graph.h"
#include "model/config.h"
#include "model/parts.h"
#include "model/scope.h"

namespace dpt::model {

using graph::Graph;
using graph::Value;

// layers.cpp: what the others are made of.

/// x [..., in] -> [..., out]
Value linear(Graph& g, const Scope& w, Value x, int64_t out);
Value linear_without_bias(Graph& g, const Scope& w, Value x, int64_t out);
/// relu or gelu
Value activate(Graph& g, Value x, graph::Activation activation);
/// k x k convolution with bias and symmetric zero padding. x [N, H, W, C] -> [N, H/s, W/s, out]
Value conv(Graph& g, const Scope& w, Value x, int64_t out, int64_t kernel, int64_t stride = 1);
Value conv_without_bias(Graph& g, const Scope& w, Value x, int64_t out, int64_t kernel);
Value layer_norm(Graph& g, const Scope& w, Value x, float epsilon);
Value batch_norm(Graph& g, const Scope& w, Value x);

// vit.cpp, sections 1.3 and 1.4.

/// Patch tokens [N, n, D] -> [N, 1 + n, D]: class token first, positions added.
Value embed_positions(Graph& g, const Scope& w, Value patches, int64_t grid_height,
                      int64_t grid_width, const VitConfig& c);
/// image [N, H, W, 3] -> [N, n, D]
Value embed_patches(Graph& g, const Scope& w, Value image, const VitConfig& c);
/// tokens -> the tokens after each block
std::vector<Value> transformer(Graph& g, const Scope& w, Value tokens, const VitConfig& c);

// reassemble.cpp, sections 1.6 and 1.7.

/// tokens [N, 1 + n, D] -> map of tap k (0..3) with c.reassemble[k] channels, c.resampling[k] times
/// the grid. `activation` is the readout's.
Value reassemble(Graph& g, const Scope& w, Value tokens, int k, int64_t grid_height,
                 int64_t grid_width, graph::Activation activation, const ReassembleConfig& c);

// fusion.cpp, section 1.8.

/// path [N, h, w, F] -> [N, 2h, 2w, F]; a skip of another size is brought to the path's
Value fusion_block(Graph& g, const Scope& w, Value path, std::optional<Value> skip,
                   const FusionConfig& c);
/// Feature maps, the finest first -> the map that the head reads, usually the last one, at half the
/// stride of the first
Value fuse(Graph& g, const Scope& w, const std::array<Value, 4>& maps, const FusionConfig& c);

// heads.cpp, section 1.9.

/// path [N, h, w, F] -> relative inverse depth, or metres of a metric model, [N, 2h, 2w, 1];
/// `channels`: after its first two convolutions
Value depth_head(Graph& g, const Scope& w, Value path, const std::array<int64_t, 2>& channels,
                 const std::optional<MetricDepth>& metric);
/// path [N, h, w, F] -> logits [N, 2h, 2w, classes], or [N, h, w, classes] before the upsampling
Value segmentation_head(Graph& g, const Scope& w, Value path, int64_t classes, Ending ending);

}  // namespace dpt::model
