#include "scene/texture.h"

#include <gtest/gtest.h>

#include "image/image.h"

namespace dpt::scene {
namespace {

TEST(Texture, EveryPatternHasDetailAndAModerateMean) {
  Random r(3);
  for (int p = 0; p < pattern_count; ++p) {
    const Texture t(static_cast<Pattern>(p), r);
    const float mean = brightness(t.sample(0.5F, 0.5F, 1).color);
    EXPECT_GT(mean, 0.02F) << "pattern " << p;
    EXPECT_LE(mean, 1.0F) << "pattern " << p;
    float low = 1;
    float high = 0;
    for (int i = 0; i < 4096; ++i) {
      const float v = brightness(t.sample(r.unit(), r.unit(), 0).color);
      low = std::min(low, v);
      high = std::max(high, v);
    }
    EXPECT_GT(high, low) << "pattern " << p;
  }
}

TEST(Texture, RepeatsWithoutASeam) {
  Random r(4);
  for (const Pattern p :
       {Pattern::plaster, Pattern::concrete, Pattern::gravel, Pattern::brick, Pattern::weave}) {
    const Texture t(p, r);
    for (int i = 0; i < 50; ++i) {
      const float u = r.unit();
      const float v = r.unit();
      EXPECT_NEAR(t.sample(u, v, 0).color.x, t.sample(u + 3, v - 2, 0).color.x, 0.02F);
    }
  }
}

TEST(Texture, BlursWithTheFootprintOfAPixel) {
  Random r(5);
  const Texture t(Pattern::gravel, r);
  const auto spread = [&](float footprint) {
    float low = 1;
    float high = 0;
    for (int i = 0; i < 500; ++i) {
      const float v = t.sample(r.unit(), r.unit(), footprint).color.x;
      low = std::min(low, v);
      high = std::max(high, v);
    }
    return high - low;
  };
  EXPECT_GT(spread(0.001F), 2 * spread(0.1F));
  EXPECT_LT(spread(1), 0.01F);
}

TEST(Texture, ShowsAPicturesMiddleSquareInLinearLight) {
  image::Image picture(300, 100);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 300; ++x) {
      uint8_t* p = picture.row(y) + 3 * x;
      p[0] = x >= 100 && x < 200 ? 186 : 0;  // 186 is half of full light after the display's gamma
      p[1] = p[2] = 0;
    }
  }
  const Texture t(picture.view());
  EXPECT_NEAR(t.sample(0.5F, 0.5F, 0).color.x, 0.5F, 0.01F);
  EXPECT_NEAR(t.sample(0.02F, 0.98F, 0).color.x, 0.5F, 0.01F);
}

TEST(TextureBank, GivesPostersWhereThereAreNoPhotos) {
  const TextureBank bank(1, 1, {});
  Random r(1);
  EXPECT_EQ(bank.pick(Pattern::photo, r), bank.pick(Pattern::poster, r));
}

}  // namespace
}  // namespace dpt::scene
