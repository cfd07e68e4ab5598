// Which instruction set the CPU backend uses, for messages.
#pragma once

#include <string_view>

#include "backend/cpu/kernels/instruction_set.h"

namespace dpt::runtime {

/// "avx512", "avx2", ...; DPT_CPU may ask for a lower one than the processor's best. Throws
/// Error(usage) when it asks for one that there is not.
inline std::string_view instruction_set() { return cpu::instruction_set(); }

}  // namespace dpt::runtime
