// Tensor names of DPT-Large, -Base and -Hybrid: isl-org/DPT and timm <-> transformers'
// DPTForDepthEstimation and DPTForSemanticSegmentation. Specification, section 2.3.
#pragma once

#include "weights/names.h"

namespace dpt::model {

/// In the order of the specification.
extern const weights::NameTable dpt_names;

}  // namespace dpt::model
