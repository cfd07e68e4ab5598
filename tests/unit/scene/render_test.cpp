#include "scene/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "scene/builder.h"
#include "scene/compose.h"
#include "scene/room.h"

namespace dpt::scene {
namespace {

const TextureBank& bank() {
  static const TextureBank b(1, 1, {});
  return b;
}

/// A floor at z = 0 below a camera that looks along y, one metre above it.
struct FloorScene {
  Scene scene;
  Builder b{scene, bank(), 1};
  FloorScene() {
    b.box({}, {0, 0, -1}, {500, 500, 1}, b.plain({0.5F, 0.5F, 0.5F}), label::floor);
    scene.camera = look({0, 0, 1}, {0, 1, 1}, 0, 1);
    scene.sky.from_above = {0.5F, 0.5F, 0.5F};
  }
};

TEST(Render, GivesExactDepthOfAFloor) {
  FloorScene s;
  const Sample out = render(s.scene, bank(), {64, 48}, 1);
  for (size_t i = 0; i < out.labels.size(); ++i) {
    // The longer side spans two tangents: a row's tangent below the horizon is height / depth.
    const float down = (static_cast<float>(i / 64) + 0.5F - 24) / 32;
    const float depth = out.depth.data()[i];
    const std::array<int, 3> normal = {out.normals[3 * i], out.normals[3 * i + 1],
                                       out.normals[3 * i + 2]};
    if (down > 0) {
      ASSERT_NEAR(depth, 1 / down, 1e-4F / down);
      ASSERT_EQ(out.labels[i], label::floor);
      ASSERT_THAT(normal, testing::ElementsAre(0, -127, 0));  // up: against the camera's y
    } else {
      ASSERT_EQ(depth, std::numeric_limits<float>::infinity());
      ASSERT_EQ(out.labels[i], label::sky);
    }
  }
}

TEST(Render, MeasuresDepthAlongTheAxisForAnyLens) {
  // A wall across the view is equally deep everywhere, also through a lens that bends lines.
  Scene scene;
  Builder b(scene, bank(), 1);
  b.box({}, {0, 5, 0}, {100, 1, 100}, b.plain({0.5F, 0.5F, 0.5F}), label::wall);
  scene.camera = look({0, 0, 0}, {0, 1, 0}, 0.3F, 0.8F);
  scene.camera.distortion = 0.1F;
  const Sample out = render(scene, bank(), {40, 30}, 1);
  for (const float d : out.depth.span()) EXPECT_NEAR(d, 4, 1e-4F);
}

TEST(Render, ShadesWhatStandsInTheWayOfALamp) {
  FloorScene s;
  s.scene.lamps.push_back({.position = {0, 4, 5}, .radius = 0.01F, .power = {20, 20, 20}});
  const Sample bright = render(s.scene, bank(), {64, 48}, 1);
  s.b.box({}, {0, 4, 3}, {1, 1, 0.1F}, s.b.plain({0.5F, 0.5F, 0.5F}), label::box);
  s.scene.sensor.exposure = 1;
  const Sample shaded = render(s.scene, bank(), {64, 48}, 1);
  // Row 32 sees the floor at about 4 metres, below the board; row 47 the floor at 1.4 metres.
  const auto value = [](const Sample& p, int x, int y) {
    return static_cast<int>(p.picture.row(y)[3 * x]);
  };
  EXPECT_GT(value(bright, 32, 32), value(bright, 32, 47));
  EXPECT_LT(value(shaded, 32, 32), value(shaded, 32, 47));
}

/// Mean of the colour over pixels [x0, x1) x [y0, y1).
float mean_of(const Sample& s, int x0, int x1, int y0, int y1) {
  float sum = 0;
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) sum += s.picture.data()[3 * (y * s.picture.width() + x) + 1];
  }
  return sum / static_cast<float>((x1 - x0) * (y1 - y0));
}

TEST(Render, MixesTheColoursOfBothSidesAtAnEdge) {
  // A dark and a bright wall, equally far, whose common edge is inclined: what lies on it takes
  // shades between the two, everything else one of them.
  Scene scene;
  Builder b(scene, bank(), 1);
  const Frame slanted = along({0, 5, 0}, {0.25F, 0, 1});
  b.box({}, {0, 7, 0}, {100, 1, 100}, b.plain({0.1F, 0.1F, 0.1F}), label::wall);
  b.box(slanted * at({-50, 0, 0}), {}, {50, 50, 50}, b.plain({0.9F, 0.9F, 0.9F}), label::door);
  scene.camera = look({0, -60, 0}, {0, 1, 0}, 0, 0.1F);
  scene.sky.from_above = scene.sky.from_aside = scene.sky.from_below = {0.5F, 0.5F, 0.5F};
  const Sample out = render(scene, bank(), {64, 64}, 1);
  int between = 0;
  for (int y = 0; y < 64; ++y) {
    int in_row = 0;
    for (int x = 1; x < 63; ++x) {
      const float left = mean_of(out, x - 1, x, y, y + 1);
      const float own = mean_of(out, x, x + 1, y, y + 1);
      const float right = mean_of(out, x + 1, x + 2, y, y + 1);
      in_row += std::abs(own - left) > 15 && std::abs(own - right) > 15 ? 1 : 0;
    }
    EXPECT_LE(in_row, 2) << "row " << y;
    between += in_row;
  }
  EXPECT_GT(between, 20);
}

TEST(Render, BlursWhatIsOutOfFocus) {
  // Two walls with the same stripes, seen as equally wide: the near one in focus, the far one not.
  Scene scene;
  Builder b(scene, bank(), 1);
  const int dark = b.plain({0.1F, 0.1F, 0.1F});
  for (const auto& [side, depth] : {std::pair{-1.0F, 1.0F}, std::pair{1.0F, 20.0F}}) {
    b.box({}, {side * 100 * depth, depth + depth, 0}, {100 * depth, depth, 100 * depth},
          b.plain({0.7F, 0.7F, 0.7F}), label::wall);
    for (int k = -12; k < 12; ++k)
      b.box({}, {side * 100 * depth, depth, static_cast<float>(k) * 0.125F * depth},
            {100 * depth, 0.001F * depth, 0.03F * depth}, dark, label::wall);
  }
  scene.camera = look({0, 0, 0}, {0, 1, 0}, 0, 1);
  scene.sky.from_above = scene.sky.from_aside = scene.sky.from_below = {0.5F, 0.5F, 0.5F};
  const auto contrast = [&](const Sample& s, int column) {
    float sum = 0;
    for (int y = 8; y < 56; ++y)
      sum += std::abs(mean_of(s, column, column + 1, y, y + 1) -
                      mean_of(s, column, column + 1, y + 1, y + 2));
    return sum;
  };
  const Sample sharp = render(scene, bank(), {64, 64}, 1);
  scene.sensor.focus = 1;
  scene.sensor.aperture = 3;
  const Sample out = render(scene, bank(), {64, 64}, 1);
  EXPECT_NEAR(contrast(out, 10), contrast(sharp, 10), 0.02F * contrast(sharp, 10));
  EXPECT_LT(contrast(out, 54), 0.3F * contrast(sharp, 54));
}

TEST(Render, IsTheSameForTheSameSeed) {
  const Scene scene = compose(5, bank(), {});
  const Sample a = render(scene, bank(), {48, 32}, 9);
  const Sample b = render(scene, bank(), {48, 32}, 9);
  EXPECT_TRUE(std::equal(a.picture.data(), a.picture.data() + a.picture.bytes(), b.picture.data()));
  EXPECT_TRUE(std::equal(a.depth.data(), a.depth.data() + a.depth.size(), b.depth.data()));
}

TEST(Render, DepthDoesNotDependOnThePicturesNoise) {
  const Scene scene = compose(6, bank(), {});
  const Sample a = render(scene, bank(), {48, 32}, 1);
  const Sample b = render(scene, bank(), {48, 32}, 2);
  EXPECT_TRUE(std::equal(a.depth.data(), a.depth.data() + a.depth.size(), b.depth.data()));
  EXPECT_EQ(a.labels, b.labels);
}

struct Kind {
  const char* name;
  Mixture mixture;
};

class EveryKind : public testing::TestWithParam<Kind> {};

TEST_P(EveryKind, HasDepthLabelsAndSomethingToSee) {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    const Sample s = make_sample(seed, bank(), GetParam().mixture, {48, 36});
    std::set<uint8_t> colors;
    for (size_t i = 0; i < s.labels.size(); ++i) {
      const float d = s.depth.data()[i];
      EXPECT_GT(d, 0);
      EXPECT_EQ(std::isinf(d), s.labels[i] == label::sky && std::isinf(d));
      EXPECT_LE(s.labels[i], 150);
      colors.insert(s.picture.data()[3 * i]);
    }
    EXPECT_GT(colors.size(), 8U) << "seed " << seed;
  }
}

constexpr Mixture none{0, 0, 0, 0, 0, 0, 0, 0};
Mixture only(float Mixture::*kind) {
  Mixture m = none;
  m.*kind = 1;
  return m;
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind,
                         testing::Values(Kind{"rooms", only(&Mixture::rooms)},
                                         Kind{"corridors", only(&Mixture::corridors)},
                                         Kind{"streets", only(&Mixture::streets)},
                                         Kind{"suburbs", only(&Mixture::suburbs)},
                                         Kind{"parks", only(&Mixture::parks)},
                                         Kind{"landscapes", only(&Mixture::landscapes)},
                                         Kind{"solids", only(&Mixture::solids)}),
                         [](const auto& tested) { return tested.param.name; });

TEST(CloseUps, StandRightBeforeTheCamera) {
  // A bare street's camera sees nothing nearer than the road at its feet.
  const auto nearest = [](float share) {
    Mixture m = only(&Mixture::streets);
    m.close_ups = share;
    std::vector<float> found;
    for (uint64_t seed = 0; seed < 40; ++seed) {
      const Sample s = make_sample(seed, bank(), m, {48, 36});
      found.push_back(s.depth.at(24, 18));
    }
    std::nth_element(found.begin(), found.begin() + 20, found.end());
    return found[20];
  };
  EXPECT_LT(nearest(1), 2);
  EXPECT_GT(nearest(0), 4);
}

TEST(Compose, ShowsManyOfTheClasses) {
  std::set<int> seen;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    const Sample s = make_sample(seed, bank(), {}, {48, 36});
    seen.insert(s.labels.begin(), s.labels.end());
  }
  EXPECT_GE(seen.size(), 60U);
  for (const int wanted :
       {label::wall, label::floor, label::ceiling, label::sky, label::building, label::road,
        label::sidewalk, label::grass, label::tree, label::person, label::car, label::chair,
        label::table, label::bed, label::window, label::door}) {
    EXPECT_EQ(seen.count(wanted), 1U) << "class " << wanted;
  }
}

}  // namespace
}  // namespace dpt::scene
