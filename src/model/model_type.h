// The published kinds of models, by the names that isl-org/DPT gives them (`--model_type`).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dpt::model {

/// depth = 1 / max(scale * output + shift, 1e-8) in metres, spec 1.9.
struct MetricDepth {
  float scale = 0, shift = 0;
  /// The official scripts multiply by this before they write PNG and PFM.
  float file_unit = 1;
};

struct ModelType {
  std::string_view name;
  int input_width = 384, input_height = 384;  ///< of a depth model; spec 3.2
  std::optional<MetricDepth> metric;
};

/// dpt_large, dpt_base, dpt_hybrid, dpt_hybrid_kitti, dpt_hybrid_nyu.
std::span<const ModelType> model_types();

/// Throws Error(usage) listing the names when there is no such type.
const ModelType& model_type(std::string_view name);

/// The type that an official file name implies ("dpt_hybrid_nyu-2ce69ec7.pt" -> dpt_hybrid_nyu), or
/// null. Tensors cannot tell a metric model from a relative one.
const ModelType* model_type_of_file(std::string_view file_name);

}  // namespace dpt::model
