// Sizes and kinds of the parts that families share (modules.h). Sizes are in channels unless said
// otherwise.
#pragma once

#include <array>
#include <cstdint>

#include "base/enum_names.h"
#include "graph/ops.h"

namespace dpt::model {

inline constexpr int64_t largest_size = 1 << 16;  ///< of a width or count; keeps products small

/// A vision transformer, specification 1.3 and 1.4.
struct VitConfig {
  int64_t patch = 16;  ///< pixels along one side of a patch (hybrid: stride of the features)
  int64_t width = 0;   ///< of a token
  int64_t blocks = 0;
  int64_t heads = 0;
  int64_t mlp_width = 0;
  int64_t grid = 0;  ///< patches along each side for which pos_embed was trained
  float norm_epsilon = 1e-6F;
  graph::Activation activation = graph::Activation::gelu;  ///< of blocks and readout
  bool qkv_biases = true;                                  ///< of queries, keys and values
};

/// How the class token joins the patch tokens, spec 1.6.
enum class Readout : uint8_t { ignore, add, project };

/// From tokens to maps, 1.6 and 1.7.
struct ReassembleConfig {
  Readout readout = Readout::project;
  std::array<int64_t, 4> reassemble{};
  /// How each feature set is brought to its size: n times the grid's, or, where negative, every
  /// n-th position of it.
  std::array<int64_t, 4> resampling = {4, 2, 1, -2};
};

/// The decoder, 1.8.
struct FusionConfig {
  int64_t fusion = 0;
  bool batch_norm = false;      ///< in the residual convolution units
  bool residual_biases = true;  ///< of their convolutions
  int head_input = 3;           ///< the fusion that the head reads: 0 is the first and coarsest
};

}  // namespace dpt::model

namespace dpt {

template <>
struct EnumNames<model::Readout> {
  static constexpr EnumTable<model::Readout, 3> table = {{{model::Readout::ignore, "ignore"},
                                                          {model::Readout::add, "add"},
                                                          {model::Readout::project, "project"}}};
};

}  // namespace dpt
