// The order of packed weights.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "backend/cpu/kernels/gemm.h"

namespace dpt::cpu {

/// Columns of a panel: what one call of the inner loop computes side by side, two vectors of the
/// instruction set in use.
int64_t panel_width();

/// Builds PackedWeights: `groups` blocks of columns/groups columns; each block is a sequence of
/// panels [depth][panel_width()], the last filled up with zeros.
class WeightPacker {
 public:
  /// value(k, column) is the weight of row k of B.
  template <typename Value>
  static PackedWeights pack(int64_t depth, int64_t columns, int64_t groups, const Value& value) {
    PackedWeights packed;
    packed.depth_ = depth;
    packed.columns_ = columns;
    packed.panel_ = panel_width();
    const int64_t group = columns / groups;
    const int64_t panels = (group + packed.panel_ - 1) / packed.panel_;
    packed.group_bytes_ = panels * depth * packed.panel_ * static_cast<int64_t>(sizeof(float));
    packed.data_ = Buffer<std::byte>(static_cast<size_t>(groups * packed.group_bytes_), "weights");
    auto* out = reinterpret_cast<float*>(packed.data_.data());
    for (int64_t first = 0; first < columns; first += group) {
      for (int64_t panel = 0; panel < group; panel += packed.panel_) {
        const int64_t used = std::min(packed.panel_, group - panel);
        for (int64_t k = 0; k < depth; ++k, out += packed.panel_) {
          for (int64_t j = 0; j < used; ++j) out[j] = value(k, first + panel + j);
          std::fill(out + used, out + packed.panel_, 0.0F);
        }
      }
    }
    return packed;
  }

  /// row(column, to) writes the `depth` weights of a column of B, or gives where they lie.
  using Row = std::function<const float*(int64_t column, float* to)>;
  /// For the dot units: panels of 32 columns, [steps of the depth][part][2 tiles][16 pairs, or fours
  /// of int8, of the depth][16 columns][2 or 4], filled up with zeros; of int8 each panel ends with
  /// its PanelScales.
  static PackedWeights pack_parts(int64_t depth, int64_t columns, int64_t groups,
                                  Arithmetic arithmetic, const Row& row);
};

/// Whether pack_parts() is the choice for these weights.
bool packs_parts(int64_t columns, Arithmetic arithmetic);

}  // namespace dpt::cpu
