// The order of packed weights.
#pragma once

#include <cstdint>
#include <functional>

#include "backend/cpu/kernels/product/gemm.h"

namespace dpt::cpu {

/// Columns of a panel: what one call of the inner loop computes side by side, two vectors of the
/// instruction set in use.
int64_t panel_width();

/// Builds PackedWeights: `groups` blocks of columns/groups columns; each block is a sequence of
/// panels [depth][panel_width()], the last filled up with zeros.
class WeightPacker {
 public:
  /// Gives columns [first, first + count) of B, [count][depth]: writes them to `to`, or says where
  /// they lie. Each is asked for once, in order.
  using Columns = std::function<const float*(int64_t first, int64_t count, float* to)>;

  static PackedWeights pack(int64_t depth, int64_t columns, int64_t groups, const Columns& source);
  /// For the dot units: panels of 32 columns, [steps of the depth][part][2 tiles][16 pairs, or
  /// fours of int8, of the depth][16 columns][2 or 4], filled up with zeros; of int8 each panel
  /// ends with its PanelScales.
  static PackedWeights pack_parts(int64_t depth, int64_t columns, int64_t groups,
                                  Arithmetic arithmetic, const Columns& source);
};

/// Whether pack_parts() is the choice for these weights.
bool packs_parts(int64_t columns, Arithmetic arithmetic);

}  // namespace dpt::cpu
