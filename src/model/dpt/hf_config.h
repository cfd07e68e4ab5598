// config.json of a Hugging Face folder (DPTConfig of transformers).
#pragma once

#include <string>

#include "model/dpt/config.h"

namespace dpt::model {

/// Takes over what tensor shapes cannot tell (heads, taps, norm epsilon, readout, class
/// names, and how output becomes metres: metric_depth, a field of our own), and
/// refuses what this version does not run (other backbones, added projections, other activations).
/// `name` begins the error texts. Throws Error(model).
void apply_hf_config(const std::string& text, const std::string& name, DptConfig& config);

}  // namespace dpt::model
