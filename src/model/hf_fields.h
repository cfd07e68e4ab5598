// What is done about the fields of config.json that have no family.
#pragma once

#include <span>

#include "base/json_fields.h"

namespace dpt::model {

/// Fields that every configuration of transformers may have.
std::span<const FieldRule> common_fields();

}  // namespace dpt::model
