#include "scene/soft_shadows.h"

#include "scene/simd.h"

namespace dpt::scene {

DPT_SCENE_SIMD void smooth_tile(const ShadowTile& shadows, int columns, int rows,
                                const int32_t* own, float* amount) {
  for (int y = 0; y < rows; ++y) {
    std::array<float, ShadowTile::side> sum{};
    std::array<float, ShadowTile::side> weight{};
    for (int dy = -2; dy < 2; ++dy) {
      for (int dx = -2; dx < 2; ++dx) {
        const float* a = shadows.amount.data() + ShadowTile::index(dx, y + dy);
        const int32_t* solid = shadows.solid.data() + ShadowTile::index(dx, y + dy);
        for (int x = 0; x < columns; ++x) {
          const bool same = solid[x] == own[y * columns + x];
          sum[x] += same ? a[x] : 0.0F;
          weight[x] += same ? 1.0F : 0.0F;
        }
      }
    }
    for (int x = 0; x < columns; ++x) {
      if (own[y * columns + x] != ShadowTile::none && weight[x] > 0)
        amount[y * columns + x] = sum[x] / weight[x];
    }
  }
}

}  // namespace dpt::scene
