// How a kernel's public function calls the version for the instruction set in use. Included by the
// files that include hwy/foreach_target.h.
#pragma once

#include "backend/cpu/kernels/instruction_set.h"

/// Like HWY_DYNAMIC_DISPATCH, after the setting DPT_CPU has been obeyed.
#define DPT_DISPATCH(function) (::dpt::cpu::instruction_set(), HWY_DYNAMIC_DISPATCH(function))
