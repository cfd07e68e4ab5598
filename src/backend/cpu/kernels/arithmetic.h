// In which numbers a product multiplies.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// Sums of bf16 products are float32. A float32 operand may be written as a sum of bf16 parts,
/// x = x1 + x2 + x3, each the rounded rest of the ones before; a product of two such sums is then a
/// few products of bf16 numbers, which some units multiply much faster than one of float32.
enum class Arithmetic : uint8_t {
  fp32,    ///< float32 products
  bf16,    ///< x1*y1: relative error of a product up to 2^-7
  bf16x3,  ///< two parts each, x1*y1 + x1*y2 + x2*y1: up to 3 * 2^-16, in the mean 4e-6
  bf16x6,  ///< three parts each, the six leading products: up to 4 * 2^-24, float32's own accuracy
  /// Integers with exact sums: weights of 8 bits with a scale per column, activations of 8 bits
  /// with a scale and a zero point per row, or per picture where rows are patches of a map.
  int8,
};

/// Parts of each operand; 0 for fp32.
constexpr int parts_of(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::bf16:
    case Arithmetic::int8:
      return 1;
    case Arithmetic::bf16x3:
      return 2;
    case Arithmetic::bf16x6:
      return 3;
    default:
      return 0;
  }
}

/// Numbers of the depth in a step of a product, whose operands are 64 bytes of each row and column;
/// 0 for fp32.
constexpr int64_t step_depth(Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::fp32) return 0;
  return arithmetic == Arithmetic::int8 ? 64 : 32;
}

/// Whether such products run on a unit made for them; where not, weights are packed as fp32.
bool has_unit_for(Arithmetic arithmetic);

/// Whether products in bf16 parts are faster than float32's own, and than Winograd's method.
bool parts_beat_fp32();

}  // namespace dpt::cpu
