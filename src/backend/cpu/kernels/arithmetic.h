// In which numbers a product multiplies.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// The sums are always float32. A float32 operand may be written as a sum of bf16 parts,
/// x = x1 + x2 + x3, each the rounded rest of the ones before; a product of two such sums is then a
/// few products of bf16 numbers, which matrix units multiply much faster than one of float32.
enum class Arithmetic : uint8_t {
  fp32,    ///< float32 products
  bf16,    ///< x1*y1: relative error of a product up to 2^-7
  bf16x3,  ///< two parts each, x1*y1 + x1*y2 + x2*y1: up to 3 * 2^-16, in the mean 4e-6
  bf16x6,  ///< three parts each, the six leading products: up to 4 * 2^-24, float32's own accuracy
};

/// Parts of each operand; 0 for fp32.
constexpr int parts_of(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::bf16:
      return 1;
    case Arithmetic::bf16x3:
      return 2;
    case Arithmetic::bf16x6:
      return 3;
    default:
      return 0;
  }
}

/// Whether products in bf16 parts run on a unit made for them; where not, weights are packed as
/// fp32.
bool has_bf16_unit();

}  // namespace dpt::cpu
