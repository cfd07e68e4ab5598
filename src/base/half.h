// The two 16-bit floating-point formats that checkpoints use.
#pragma once

#include <cstdint>

namespace dpt {

/// IEEE 754 binary16 to binary32; exact, subnormals, infinities and NaN included.
float half_to_float(uint16_t bits);
/// binary32 to binary16, round to nearest even; overflow becomes infinity.
uint16_t float_to_half(float value);
/// bfloat16 (the upper half of a binary32) to binary32; exact.
float bfloat16_to_float(uint16_t bits);
/// binary32 to bfloat16, round to nearest even; NaN stays NaN.
uint16_t float_to_bfloat16(float value);

}  // namespace dpt
