// The units that multiply narrow numbers and add up the products: which there are, which is used.
#pragma once

#include <cstdint>

namespace dpt::cpu {

enum class DotUnit : uint8_t {
  none,
  avx512,  ///< AVX-512's dot products of pairs of bf16 or fours of int8 numbers
  amx,     ///< Intel's matrix unit, for both
};

/// The processor has AMX for bf16 and int8 with AVX-512 beside it, this build has the code, and the
/// operating system lets this process use it (asked once: Linux grants the unit's state on
/// request).
bool amx_available();

/// amx_available(), and not switched off by DPT_CPU or a test.
bool amx_in_use();
/// For instruction_set.cpp.
void switch_amx(bool on);

/// The one that has_unit_for() speaks of.
DotUnit dot_unit();

}  // namespace dpt::cpu
