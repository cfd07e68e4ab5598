// The order of the left operand's blocks, the same for every instruction set.
#pragma once

#include <cstdint>

namespace dpt::cpu {

/// Longest part of a sum that one pass of the inner loop computes: 14 rows of A (14 KiB) stay in
/// the first cache, 32 columns of B (32 KiB) stream through it.
constexpr int64_t block_depth = 256;

/// Floats between the rows of a block of A. A line more than block_depth, so that the rows of a
/// tile do not compete for the same sets of the first cache; a constant, so that it is part of
/// the instruction. Rows are copied, not transposed: the inner loop reads one float of each row per
/// step, and a line of each serves 16 steps.
constexpr int64_t block_stride = block_depth + 16;

}  // namespace dpt::cpu
