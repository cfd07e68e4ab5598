// What a DPT looks like, and how that is found out from its files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.h"
#include "graph/constant.h"
#include "graph/ops.h"
#include "model/model_type.h"
#include "weights/weight_set.h"

namespace dpt::model {

enum class Task : uint8_t { depth, segmentation };
enum class Backbone : uint8_t {
  vit,     ///< patches of the picture (DPT-Large, DPT-Base)
  hybrid,  ///< features of a ResNet-50 (DPT-Hybrid)
};
/// How the class token joins the patch tokens, spec 1.6.
enum class Readout : uint8_t { ignore, add, project };

/// What a network gives. Depth networks have one end only.
enum class Ending : uint8_t {
  full_size,          ///< maps of the input's size
  before_upsampling,  ///< segmentation: the logits at half the size; what is left out is the last
                      ///< step, which enlarges them to the input's size (bilinear, align_corners)
};

inline constexpr int64_t largest_size = 1 << 16;  ///< of a width or count; keeps products small

/// Specification 1.1. Sizes are in channels unless said otherwise.
struct DptConfig {
  Task task = Task::depth;
  Backbone backbone = Backbone::vit;

  int64_t patch = 16;  ///< pixels along one side of a patch (hybrid: stride of the features)
  int64_t width = 0;   ///< of a token
  int64_t blocks = 0;
  int64_t heads = 0;
  int64_t mlp_width = 0;
  int64_t grid = 0;  ///< patches along each side for which pos_embed was trained
  float norm_epsilon = 1e-6F;
  graph::Activation activation = graph::Activation::gelu;  ///< of blocks and readout
  bool qkv_biases = true;                                  ///< of queries, keys and values
  std::array<int64_t, 4> taps{};  ///< 0-based block after which each feature set is taken; the
                                  ///< first two of a hybrid come from the ResNet and are -1 here

  /// Hybrid only: bottlenecks per stage, channels after the stem and after each stage.
  std::vector<int64_t> stage_blocks, stage_channels;
  int64_t stem_channels = 0;
  int64_t norm_groups = 32;
  bool pool_padding = true;  ///< the stem's pooling pads to half the size; else it loses a row
  graph::WeightStandardization standardization = graph::WeightStandardization::root_of_variance;

  Readout readout = Readout::project;
  std::array<int64_t, 4> reassemble{};
  /// How each feature set is brought to its size: n times the grid's, or, where negative, every
  /// n-th position of it. The first two of a hybrid stay as they are.
  std::array<int64_t, 4> resampling = {4, 2, 1, -2};
  int64_t fusion = 0;
  bool batch_norm = false;      ///< in the residual convolution units
  bool residual_biases = true;  ///< of their convolutions
  int head_input = 3;           ///< the fusion that the head reads: 0 is the first and coarsest

  std::array<int64_t, 2> head{};    ///< depth: channels after output_conv.0 and .2
  int64_t classes = 1;              ///< segmentation
  std::vector<std::string> labels;  ///< names of the classes; empty when the files give none

  std::optional<MetricDepth> metric;
  int input_width = 384, input_height = 384;  ///< of the official script, depth only

  std::vector<std::string> notes;  ///< on its configuration: what the user should know, a line each

  /// Takes over what a published type says and tensors cannot tell.
  void set_type(const ModelType& type);

  /// "DPT-Hybrid", "DPT-Large", "DPT-Base", or "DPT" for other sizes.
  std::string variant() const;
  /// "12 blocks of width 768, ..." for error messages and `dpt info`.
  std::string summary() const;
};

/// Recognises the network by its tensors and, where there is one, config.json. Throws
/// Error(model) when it is no DPT, of a family that this version does not run, or when config.json
/// is damaged or contradicts the tensors. Shapes are checked only as far as the sizes need;
/// building the network checks all of them.
DptConfig recognize(const weights::WeightSet& weights);

}  // namespace dpt::model

namespace dpt {

template <>
struct EnumNames<model::Readout> {
  static constexpr EnumTable<model::Readout, 3> table = {{{model::Readout::ignore, "ignore"},
                                                          {model::Readout::add, "add"},
                                                          {model::Readout::project, "project"}}};
};

}  // namespace dpt
