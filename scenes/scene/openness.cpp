#include "scene/openness.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "scene/simd.h"

namespace dpt::scene {

namespace {

constexpr float far_away = 1e9F;
constexpr float radius = 0.35F;  // metres
constexpr float least = 0.15F;
constexpr int probe_count = 10;
constexpr int turns = 16;
constexpr float golden_angle = 2.3999632F;

/// Places in a circle of radius 1, turned in 16 ways: neighbours look at different places. Block i
/// of block row `row` takes place [k][i + phase(row)], so that no table is looked up in the loop.
struct Probes {
  std::array<std::vector<float>, probe_count> x, y;

  explicit Probes(int columns) {
    for (size_t k = 0; k < probe_count; ++k) {
      for (int i = 0; i < columns + turns; ++i) {
        const float r = std::sqrt((static_cast<float>(k) + 0.5F) / probe_count);
        const float a =
            0.3927F * static_cast<float>(i * 5 % turns) + golden_angle * static_cast<float>(k);
        x[k].push_back(r * std::cos(a));
        y[k].push_back(r * std::sin(a));
      }
    }
  }
  static int phase(int row) { return row * 7 % turns; }
};

/// One row of blocks of 2 x 2 pixels, by their first pixels. Positions and normals in camera axes.
struct BlockRow {
  explicit BlockRow(int columns)
      : px(columns),
        py(columns),
        pz(columns),
        nx(columns),
        ny(columns),
        nz(columns),
        reach(columns),
        closed(columns),
        z(columns),
        sx(columns),
        sy(columns),
        at(columns) {}
  std::vector<float> px, py, pz, nx, ny, nz;
  std::vector<float> reach;   ///< pixels that 0.35 m cover
  std::vector<float> closed;  ///< the result: the sum over probes
  // What one probe of each block sees.
  std::vector<float> z;
  std::vector<int32_t> sx, sy, at;
};

struct View {
  const float* depth;
  int width, height;
  float pixel;
};

/// Where the probes of a block row look; `at` is -1 outside the picture.
DPT_SCENE_SIMD void place(const View& view, int y, int columns, const float* probe_x,
                          const float* probe_y, const float* reach, int32_t* __restrict sx,
                          int32_t* __restrict sy, int32_t* __restrict at) {
  const int width = view.width;
  const int height = view.height;
  for (int i = 0; i < columns; ++i) {
    const int px = 2 * i + static_cast<int>(reach[i] * probe_x[i]);
    const int py = y + static_cast<int>(reach[i] * probe_y[i]);
    const bool inside = (px >= 0) & (py >= 0) & (px < width) & (py < height);
    sx[i] = px;
    sy[i] = py;
    at[i] = inside ? py * width + px : -1;
  }
}

/// Adds to `closed` what the probes keep away.
DPT_SCENE_SIMD void add_probes(const View& view, int columns, const BlockRow& row,
                               float* __restrict closed) {
  const float middle_x = 0.5F - 0.5F * static_cast<float>(view.width);
  const float middle_y = 0.5F - 0.5F * static_cast<float>(view.height);
  const float pixel = view.pixel;
  const float* px = row.px.data();
  const float* py = row.py.data();
  const float* pz = row.pz.data();
  const float* nx = row.nx.data();
  const float* ny = row.ny.data();
  const float* nz = row.nz.data();
  const float* z = row.z.data();
  const int32_t* sx = row.sx.data();
  const int32_t* sy = row.sy.data();
  for (int i = 0; i < columns; ++i) {
    const float wx = (static_cast<float>(sx[i]) + middle_x) * pixel * z[i] - px[i];
    const float wy = (static_cast<float>(sy[i]) + middle_y) * pixel * z[i] - py[i];
    const float wz = z[i] - pz[i];
    const float square = wx * wx + wy * wy + wz * wz + 1e-8F;
    const float rise = (wx * nx[i] + wy * ny[i] + wz * nz[i]) / std::sqrt(square) - 0.1F;
    const float kept = rise / (1 + square * (1 / (radius * radius)));
    closed[i] += rise > 0 ? kept : 0.0F;
  }
}

void add_probe(const View& view, int y, int columns, const float* probe_x, const float* probe_y,
               BlockRow& row) {
  place(view, y, columns, probe_x, probe_y, row.reach.data(), row.sx.data(), row.sy.data(),
        row.at.data());
  // Outside the picture lies what is infinitely far: it keeps nothing away.
  for (int i = 0; i < columns; ++i)
    row.z[i] = row.at[i] < 0 ? far_away : std::min(view.depth[row.at[i]], far_away);
  add_probes(view, columns, row, row.closed.data());
}

/// Sums what of three neighbouring blocks belongs to the same solid. `value` and `solid`: a block
/// row spread to pixels, with one block before its first.
DPT_SCENE_SIMD void add_blocks(int width, const float* value, const int32_t* solid,
                               const int32_t* own, float* sum, float* weight) {
  for (int block = 0; block < 3; ++block) {
    const float* v = value + 2 * block;
    const int32_t* s = solid + 2 * block;
    for (int x = 0; x < width; ++x) {
      const bool same = s[x] == own[x];
      sum[x] += same ? v[x] : 0.0F;
      weight[x] += same ? 1.0F : 0.0F;
    }
  }
}

/// One value per block.
std::vector<float> measure(const Relief& r) {
  const int width = r.depth.width();
  const int height = r.depth.height();
  const int columns = (width + 1) / 2;
  const int rows = (height + 1) / 2;
  const View view{r.depth.data(), width, height, r.pixel};
  std::vector<float> blocks(static_cast<size_t>(columns) * static_cast<size_t>(rows), 1.0F);
  const Probes probes(columns);
  BlockRow row(columns);
  for (int by = 0; by < rows; ++by) {
    const int y = 2 * by;
    for (int i = 0; i < columns; ++i) {
      const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width) + 2 * i;
      const float z = std::min(view.depth[at], far_away);
      const Vec3 n = r.normals[at];
      row.px[i] =
          (2 * static_cast<float>(i) + 0.5F - 0.5F * static_cast<float>(width)) * r.pixel * z;
      row.py[i] = (static_cast<float>(y) + 0.5F - 0.5F * static_cast<float>(height)) * r.pixel * z;
      row.pz[i] = z;
      row.nx[i] = n.x;
      row.ny[i] = n.y;
      row.nz[i] = n.z;
      row.reach[i] = std::clamp(radius / (z * r.pixel), 3.0F, 40.0F);
      row.closed[i] = 0;
    }
    for (size_t k = 0; k < probe_count; ++k) {
      add_probe(view, y, columns, &probes.x[k][Probes::phase(by)], &probes.y[k][Probes::phase(by)],
                row);
    }
    for (int i = 0; i < columns; ++i) {
      const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width) + 2 * i;
      if (r.hit[at] >= 0)
        blocks[static_cast<size_t>(by) * columns + i] =
            std::max(least, 1 - 2.4F * row.closed[i] / probe_count);
    }
  }
  return blocks;
}

}  // namespace

std::vector<float> openness(const Relief& r) {
  const int width = r.depth.width();
  const int height = r.depth.height();
  const int columns = (width + 1) / 2;
  const int rows = (height + 1) / 2;
  const std::vector<float> blocks = measure(r);
  // Every block twice, and two places before and after them that belong to no solid.
  constexpr int32_t outside = -2;
  const size_t spread = 2 * static_cast<size_t>(columns) + 4;
  std::vector<float> value(spread * static_cast<size_t>(rows), 0.0F);
  std::vector<int32_t> solid(value.size(), outside);
  for (int by = 0; by < rows; ++by) {
    for (int i = 0; i < 2 * columns; ++i) {
      const size_t to = static_cast<size_t>(by) * spread + static_cast<size_t>(i) + 2;
      value[to] = blocks[static_cast<size_t>(by) * columns + i / 2];
      solid[to] = r.hit[static_cast<size_t>(2 * by) * static_cast<size_t>(width) + (i & ~1)];
    }
  }
  std::vector<float> out(r.hit.size(), 0.0F);
  std::vector<float> weight(static_cast<size_t>(width));
  for (int y = 0; y < height; ++y) {
    const size_t first = static_cast<size_t>(y) * static_cast<size_t>(width);
    std::fill(weight.begin(), weight.end(), 0.0F);
    for (int by = std::max(0, y / 2 - 1); by <= std::min(rows - 1, y / 2 + 1); ++by) {
      const size_t from = static_cast<size_t>(by) * spread;
      add_blocks(width, &value[from], &solid[from], &r.hit[first], &out[first], weight.data());
    }
    for (int x = 0; x < width; ++x)
      out[first + x] = weight[x] > 0 ? out[first + x] / weight[x] : 1.0F;
  }
  return out;
}

}  // namespace dpt::scene
