// DPT-Large, DPT-Base and DPT-Hybrid, for depth and segmentation.
#pragma once

#include "model/family.h"

namespace dpt::model {

extern const Family dpt_family;

}  // namespace dpt::model
