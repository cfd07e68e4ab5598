// A configuration as the files of a Hugging Face folder.
#pragma once

#include <string>

#include "model/dpt/config.h"

namespace dpt::model {

/// config.json of DPTForDepthEstimation or DPTForSemanticSegmentation.
std::string hf_config_text(const DptConfig& config);

/// preprocessor_config.json that comes nearest to the official scripts: proportions kept, sides
/// multiples of 32, bicubic (of Pillow instead of OpenCV), mean and deviation 0.5.
std::string hf_preprocessor_text(const DptConfig& config);

}  // namespace dpt::model
