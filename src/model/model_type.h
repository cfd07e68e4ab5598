// The published kinds of models, by the names that their authors' programs give them
// (`--model_type`).
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace dpt::model {

/// Depth in metres.
struct MetricDepth {
  /// depth = 1 / max(scale * output + shift, 1e-8) in metres, spec 1.9; scale 0: the output is
  /// metres as it is.
  float scale = 0, shift = 0;
  /// The official scripts multiply by this before they write PNG and PFM.
  float file_unit = 1;
};

struct ModelType {
  std::string_view name;
  int input_width = 384, input_height = 384;  ///< of a depth model; spec 3.2
  std::optional<MetricDepth> metric = {};
};

/// The type among `types` that an official file name implies ("dpt_hybrid_nyu-2ce69ec7.pt" ->
/// dpt_hybrid_nyu), or null. Tensors cannot tell a metric model from a relative one.
const ModelType* model_type_of_file(std::string_view file_name, std::span<const ModelType> types);

}  // namespace dpt::model
