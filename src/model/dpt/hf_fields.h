// What is done about every field of DPT's config.json.
#pragma once

#include <span>

#include "base/json_fields.h"

namespace dpt::model {

/// Fields of transformers' DPTConfig, and our own.
std::span<const FieldRule> dpt_fields();
/// Fields of BitConfig: backbone_config of a hybrid.
std::span<const FieldRule> bit_fields();

}  // namespace dpt::model
