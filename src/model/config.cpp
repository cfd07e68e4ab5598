#include "model/config.h"

namespace dpt::model {

void ModelConfig::set_type(const ModelType& type) {
  metric = type.metric;
  if (task != Task::depth) return;
  resize.width = type.input_width;
  resize.height = type.input_height;
}

}  // namespace dpt::model
