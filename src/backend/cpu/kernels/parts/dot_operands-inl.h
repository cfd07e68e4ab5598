// The operands of the dot units' inner loops. x86-64 only; for the one instruction set that the
// units imply.
#if defined(DPT_CPU_DOT_OPERANDS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DPT_CPU_DOT_OPERANDS_INL_H
#undef DPT_CPU_DOT_OPERANDS_INL_H
#else
#define DPT_CPU_DOT_OPERANDS_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/arithmetic.h"
#include "backend/cpu/kernels/parts/parts_job.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
// Whether the processor has what a function uses is asked before it is called (has_unit_for).
#undef DPT_DOT
#define DPT_DOT __attribute__((target("amx-tile,amx-bf16,amx-int8,avx512bf16,avx512vnni")))

// Both operands are cut into tiles of 16 rows (of A) or columns (of B) by 64 bytes of the depth: 32
// numbers of bf16, 64 of int8. In a tile of B the 16 columns' first 4 bytes (2 or 4 numbers) stand
// side by side, then their next ones.
constexpr int64_t tile_side = 16;
constexpr int64_t tile_bytes = 1024;
constexpr int64_t dot_block = 2 * tile_side;  ///< rows and columns of a block of sums

/// Left operand: up to 32 rows of numbers, `row_bytes` apart; part p lies p * part_bytes on.
struct TileRows {
  const std::byte* data;
  int64_t row_bytes, part_bytes;
};

/// Something that will be needed soon: `lines_per_step` cache lines of it are asked for at each
/// step.
struct Prefetch {
  const std::byte* data;
  int64_t lines_per_step;
};

/// The order of the products of parts (i of A, j of B): small ones first, and each differs from the
/// one before in one operand where possible. `first_sweep` of them are added over the whole depth
/// before the others: with three parts, sums that already hold x1*y1 would be rounded six times as
/// often, and that would be the largest error.
template <int parts>
struct PartProducts;
template <>
struct PartProducts<1> {
  static constexpr int count = 1, first_sweep = 1;
  static constexpr int a[] = {0}, b[] = {0};
};
template <>
struct PartProducts<2> {
  static constexpr int count = 3, first_sweep = 3;
  static constexpr int a[] = {1, 0, 0}, b[] = {0, 0, 1};
};
template <>
struct PartProducts<3> {
  static constexpr int count = 6, first_sweep = 5;
  static constexpr int a[] = {2, 1, 1, 0, 0, 0}, b[] = {0, 0, 1, 1, 2, 0};
};
#endif  // HWY_AVX3

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per target
