#include "task/tiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "base/machine/thread_pool.h"
#include "image/resample/guided_upsample.h"
#include "image/resample/resize.h"

namespace dpt::task {
namespace {

using image::Plane;

constexpr int width = 1024;
constexpr int height = 768;
constexpr int network_width = 64;
constexpr int network_height = 48;

/// Inverse depth of a scene: ground that comes nearer, a disc and a bar in front of it.
float truth_at(int x, int y) {
  if (std::hypot(x - 400, y - 300) < 150) return 0.8F;
  if (x >= 700 && x < 760 && y > 150) return 0.6F;
  return 0.2F + 0.2F * static_cast<float>(y) / height;
}

/// A picture whose red and green hold the truth in 16 bits.
image::Image make_scene() {
  image::Image picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto code = static_cast<unsigned>(truth_at(x, y) * 65535);
      uint8_t* pixel = picture.row(y) + ptrdiff_t{3} * x;
      pixel[0] = static_cast<uint8_t>(code >> 8);
      pixel[1] = static_cast<uint8_t>(code);
      pixel[2] = 0;
    }
  }
  return picture;
}

Plane truth_of(const image::ImageView& view) {
  Plane plane(view.width, view.height);
  for (int y = 0; y < view.height; ++y) {
    for (int x = 0; x < view.width; ++x) {
      const uint8_t* pixel = view.row(y) + ptrdiff_t{3} * x;
      plane.at(x, y) = static_cast<float>(pixel[0] * 256 + pixel[1]) / 65535;
    }
  }
  return plane;
}

Plane averaged(const Plane& in, int columns, int rows) {
  Plane out(columns, rows);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      double sum = 0;
      int count = 0;
      for (int j = y * in.height() / rows; j < (y + 1) * in.height() / rows; ++j) {
        for (int i = x * in.width() / columns; i < (x + 1) * in.width() / columns; ++i, ++count) {
          sum += in.at(i, j);
        }
      }
      out.at(x, y) = static_cast<float>(sum / count);
    }
  }
  return out;
}

/// A perfect network but for its resolution, and for scale, shift and a tilt of its own each time.
class Network {
 public:
  Plane operator()(const image::ImageView& view) {
    Plane low = averaged(truth_of(view), network_width, network_height);
    const float scale = 1.0F + 0.3F * static_cast<float>(calls_ % 5);
    const float tilt = 0.03F * static_cast<float>(calls_ % 3 - 1);
    ++calls_;
    for (int y = 0; y < low.height(); ++y) {
      for (int x = 0; x < low.width(); ++x) {
        low.at(x, y) = scale * (low.at(x, y) + tilt * static_cast<float>(x) / network_width) + 0.1F;
      }
    }
    return image::resize_plane(low, view.width, view.height, image::PlaneFilter::bicubic);
  }

 private:
  int calls_ = 0;
};

/// Pixels from 10 to 90 % of the step at column `edge` of a row.
int edge_width(const Plane& plane, int y, int edge, int reach = 50) {
  std::vector<float> row(plane.row(y) + edge - reach, plane.row(y) + edge + reach);
  const float from = row.front();
  const float to = row.back();
  const auto share = [&](float value) { return (value - from) / (to - from); };
  const auto high = std::find_if(row.begin(), row.end(), [&](float v) { return share(v) >= 0.9F; });
  const auto low = std::find_if(std::make_reverse_iterator(high), row.rend(),
                                [&](float v) { return share(v) <= 0.1F; });
  return static_cast<int>(high - low.base()) + 1;
}

double mean_error(const Plane& plane, const Plane& truth) {
  double p = 0, t = 0, pp = 0, pt = 0;
  const auto count = static_cast<double>(plane.size());
  for (size_t i = 0; i < plane.size(); ++i) {
    p += plane.data()[i] / count;
    t += truth.data()[i] / count;
  }
  for (size_t i = 0; i < plane.size(); ++i) {
    pp += (plane.data()[i] - p) * (plane.data()[i] - p);
    pt += (plane.data()[i] - p) * (truth.data()[i] - t);
  }
  double error = 0;
  for (size_t i = 0; i < plane.size(); ++i) {
    error += std::abs(t + pt / pp * (plane.data()[i] - p) - truth.data()[i]) / truth.data()[i];
  }
  return error / count;
}

void expect_overlap(const TileGrid& grid) {
  for (int i = 1; i < grid.columns; ++i) {
    const auto tile = static_cast<size_t>(i);
    EXPECT_LE(grid.tiles[tile].left - grid.tiles[tile - 1].left, grid.width - grid.width / 4);
  }
}

TEST(TileGrid, CoversThePictureWithOverlap) {
  for (const auto& [w, h, side] : {std::array{4096, 3072, 1365}, {1000, 100, 256}, {65, 64, 64}}) {
    const TileGrid grid = tile_grid(w, h, side);
    ASSERT_EQ(grid.tiles.size(),
              static_cast<size_t>(grid.columns) * static_cast<size_t>(grid.rows));
    EXPECT_EQ(grid.tiles.front().left, 0);
    EXPECT_EQ(grid.tiles.back().left + grid.width, w);
    EXPECT_EQ(grid.tiles.back().top + grid.height, h);
    expect_overlap(grid);
  }
  EXPECT_EQ(tile_grid(100, 50, 200).tiles.size(), 1U);
  EXPECT_THROW((void)tile_grid(100, 50, 0), Error);
  EXPECT_THROW((void)tile_grid(100, 50, -1), Error);
}

class Merged : public testing::Test {
 protected:
  void SetUp() override {
    scene_ = make_scene();
    truth_ = truth_of(scene_);
    Network network;
    overview_ = network(scene_);
    grid_ = tile_grid(width, height, width / 3);
    merged_ = merge_tiles(scene_, overview_, grid_, 8 * width / network_width,
                          [&](const image::ImageView& view) { return network(view); });
  }

  image::Image scene_;
  Plane truth_, overview_, merged_;
  TileGrid grid_;
};

TEST_F(Merged, EdgesAreHalfAsWideAtNoLargerError) {
  for (const auto& [y, edge] : {std::pair{300, 250}, {300, 550}, {500, 700}, {600, 760}}) {
    EXPECT_LE(2 * edge_width(merged_, y, edge), edge_width(overview_, y, edge)) << y << ' ' << edge;
  }
  EXPECT_LT(mean_error(merged_, truth_), 0.8 * mean_error(overview_, truth_));
}

TEST_F(Merged, TheOverviewRemainsWhereTilesContradictIt) {
  Network network;
  const Plane merged = merge_tiles(scene_, overview_, grid_, 8 * width / network_width,
                                   [&](const image::ImageView& view) {
                                     Plane tile = network(view);
                                     for (float& value : tile.span()) value = -value;
                                     return tile;
                                   });
  for (size_t i = 0; i < merged.size(); ++i) {
    ASSERT_NEAR(merged.data()[i], overview_.data()[i], 1e-5) << i;
  }
}

TEST_F(Merged, HasNoSeams) {
  // Where the truth is smooth: steps at the tiles' borders are no larger than the others.
  double at_borders = 0;
  double inside = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 24; x < width - 24; ++x) {
      if (std::abs(truth_.at(x + 24, y) - truth_.at(x - 24, y)) > 0.05F) continue;
      const bool border = std::any_of(grid_.tiles.begin(), grid_.tiles.end(), [&](const Tile& t) {
        return std::abs(x - t.left) <= 1 || std::abs(x - t.left - grid_.width) <= 1;
      });
      double& largest = border ? at_borders : inside;
      largest = std::max<double>(largest, std::abs(merged_.at(x, y) - merged_.at(x - 1, y)));
    }
  }
  EXPECT_LE(at_borders, inside);
}

/// Share of pixels that lie on neither side of the scene's edges.
double floating_share(const Plane& plane, const Plane& truth) {
  int floating = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 24; x < width - 24; ++x) {
      const float before = truth.at(x - 24, y);
      const float after = truth.at(x + 24, y);
      const auto [low, high] = std::minmax(before, after);
      if (high - low < 0.15F) continue;
      const float share = (plane.at(x, y) - low) / (high - low);
      if (share > 0.1F && share < 0.9F) ++floating;
    }
  }
  return static_cast<double>(floating) / (width * height);
}

TEST(GuidedUpsample, LeavesFewPointsBetweenNearAndFar) {
  const Plane truth = truth_of(make_scene());
  const Plane low = averaged(truth, network_width, network_height);
  image::Image scene(width, height);  // each object of one colour, with grain
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float nearness = truth.at(x, y);
      const int color = nearness > 0.7F ? 200 : nearness > 0.5F ? 60 : 120;
      for (int c = 0; c < 3; ++c) {
        scene.row(y)[3 * x + c] = static_cast<uint8_t>(color + (x * 7 + y * 13 + c * 5) % 17);
      }
    }
  }
  ThreadPool pool(2);
  const Plane guided = image::guided_upsample(pool, low, scene);
  const Plane bicubic = image::resize_plane(low, width, height, image::PlaneFilter::bicubic);
  EXPECT_LT(floating_share(guided, truth), 0.5 * floating_share(bicubic, truth));
  EXPECT_LT(mean_error(guided, truth), mean_error(bicubic, truth));
}

TEST(GuidedUpsample, AFlatPictureIsInterpolated) {
  image::Image gray(64, 48);
  std::fill(gray.data(), gray.data() + gray.bytes(), uint8_t{90});
  Plane low(8, 6);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 8; ++x) low.at(x, y) = static_cast<float>(x);
  }
  ThreadPool pool(1);
  const Plane out = image::guided_upsample(pool, low, gray);
  for (int x = 16; x < 48; ++x) EXPECT_NEAR(out.at(x, 20), (x + 0.5) / 8 - 0.5, 0.1);
  const Plane smaller =
      image::guided_upsample(pool, out, image::Image(gray.view().crop(0, 0, 1, 1).width, 1));
  EXPECT_EQ(smaller.width(), 1);
}

}  // namespace
}  // namespace dpt::task
