// What the layers above know of a network, whatever its family: its task, what enters and what
// comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/resample/network_size.h"
#include "image/resample/normalization.h"
#include "model/model_type.h"

namespace dpt::model {

enum class Task : uint8_t { depth, segmentation };

/// What a network gives. Depth networks have one end only.
enum class Ending : uint8_t {
  full_size,          ///< maps of the input's size
  before_upsampling,  ///< segmentation: the logits at half the size; what is left out is the last
                      ///< step, which enlarges them to the input's size (bilinear, align_corners)
};

struct ModelConfig {
  Task task = Task::depth;
  int64_t classes = 1;              ///< segmentation
  std::vector<std::string> labels;  ///< names of the classes; empty when the files give none
  std::optional<MetricDepth> metric;
  /// What tells a metric network of this kind from a relative one, where its tensors do not: for
  /// people; else empty.
  std::string_view metric_hint;

  int64_t size_multiple = 32;  ///< of both sides of an input
  /// The sizes that the family's official program gives to pictures.
  image::ResizeRule resize;
  /// The same of transformers, for folders without a preprocessor_config.json.
  image::ResizeRule hf_resize;
  image::Normalization normalization;

  std::vector<std::string> notes;  ///< on its configuration: what the user should know, a line each

  /// Takes over what a published type says and tensors cannot tell.
  void set_type(const ModelType& type);
};

}  // namespace dpt::model
