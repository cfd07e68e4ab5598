#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <set>

#include "image/depth_codes.h"
#include "image/draw/blend.h"
#include "image/draw/colormap.h"
#include "image/draw/font.h"
#include "image/draw/legend.h"
#include "image/draw/palette.h"
#include "test_files.h"

namespace dpt::image {
namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

Plane plane_of(std::initializer_list<float> values) {
  Plane plane(static_cast<int>(values.size()), 1);
  std::copy(values.begin(), values.end(), plane.data());
  return plane;
}

std::vector<uint16_t> codes_of(const DepthCodes& codes) {
  return {codes.codes.data(), codes.codes.data() + codes.codes.size()};
}

TEST(Colormap, NamesGoBothWays) {
  ASSERT_EQ(colormap_names().size(), 7U);
  for (const std::string_view name : colormap_names()) {
    const std::optional<Colormap> map = find_colormap(name);
    ASSERT_TRUE(map.has_value()) << name;
    EXPECT_EQ(name_of(*map), name);
  }
  EXPECT_FALSE(find_colormap("rainbow").has_value());
}

/// Ends of the maps as their authors publish them.
TEST(Colormap, KnownColours) {
  const auto ends = [](Colormap map) {
    return std::pair(colors_of(map).front(), colors_of(map).back());
  };
  EXPECT_EQ(ends(Colormap::inferno), std::pair(Rgb(0, 0, 4), Rgb(252, 255, 164)));
  EXPECT_EQ(ends(Colormap::magma), std::pair(Rgb(0, 0, 4), Rgb(252, 253, 191)));
  EXPECT_EQ(ends(Colormap::viridis), std::pair(Rgb(68, 1, 84), Rgb(253, 231, 37)));
  EXPECT_EQ(ends(Colormap::plasma), std::pair(Rgb(13, 8, 135), Rgb(240, 249, 33)));
  EXPECT_EQ(ends(Colormap::turbo), std::pair(Rgb(48, 18, 59), Rgb(122, 4, 3)));
  EXPECT_EQ(ends(Colormap::spectral_r), std::pair(Rgb(94, 79, 162), Rgb(158, 1, 66)));
  EXPECT_EQ(ends(Colormap::gray), std::pair(Rgb(0, 0, 0), Rgb(255, 255, 255)));
}

TEST(Colormap, ClampsAndNeverTrips) {
  const Plane plane = plane_of({-5, 0, 0.5F, 1, 9, nan, inf, -inf});
  const Image image = colorize(plane, Colormap::gray, {0, 1});
  std::vector<int> levels;
  for (int x = 0; x < image.width(); ++x) levels.push_back(image.data()[3 * x]);
  EXPECT_THAT(levels, testing::ElementsAre(0, 0, 127, 255, 255, 0, 255, 0));
  const Image flat = colorize(plane_of({3, 3}), Colormap::gray, {3, 3});
  EXPECT_EQ(flat.data()[0], 0);
}

TEST(Colormap, EndsOfTheRangeTakeTheEndsOfTheMap) {
  float max = 1;
  for (int i = 0; i < 1000; ++i, max *= 1.01F) {
    const Image image = colorize(plane_of({0.25F, max}), Colormap::gray, {0.25F, max});
    EXPECT_EQ(image.data()[0], 0) << max;
    EXPECT_EQ(image.data()[3], 255) << max;
  }
}

TEST(Colormap, RangeIsThatOfFiniteValues) {
  const Range range = finite_range(plane_of({nan, 2, inf, -7, -inf}));
  EXPECT_EQ(range.min, -7);
  EXPECT_EQ(range.max, 2);
  EXPECT_EQ(finite_range(plane_of({nan, inf})).max, 0);
}

TEST(DepthCodes, MinMax) {
  const DepthCodes codes = depth_to_gray16(plane_of({1, 2, 3, nan, inf, -inf}));
  EXPECT_THAT(codes_of(codes), testing::ElementsAre(0, 32767, 65535, 0, 65535, 0));
  EXPECT_NEAR(codes.offset + codes.scale * 65535, 3.0, 1e-12);
  EXPECT_EQ(codes.offset, 1.0);
}

TEST(DepthCodes, FlatIsZero) {
  const DepthCodes codes = depth_to_gray16(plane_of({4, 4}));
  EXPECT_THAT(codes_of(codes), testing::ElementsAre(0, 0));
  EXPECT_EQ(codes.offset, 4.0);
  EXPECT_EQ(codes.scale, 0.0);
  EXPECT_THAT(codes_of(depth_to_gray16(plane_of({1e-17F, 2e-16F}))), testing::ElementsAre(0, 0));
  EXPECT_THAT(codes_of(depth_to_gray16(plane_of({nan, nan}))), testing::ElementsAre(0, 0));
}

TEST(DepthCodes, HugeRangesDoNotTrip) {
  const float huge = std::numeric_limits<float>::max();
  (void)depth_to_gray16(plane_of({-huge, 0, huge}));
}

TEST(DepthCodes, AbsoluteTruncatesAndSaturates) {
  EXPECT_THAT(codes_of(depth_to_gray16_absolute(
                  plane_of({-1, 0.99F, 1, 65535.5F, 1e9F, inf, -inf, nan, 300.7F}))),
              testing::ElementsAre(0, 0, 1, 65535, 65535, 65535, 0, 0, 300));
}

TEST(Palette, IsTheOfficialOne) {
  ASSERT_EQ(ade20k_palette().size(), 151U);
  ASSERT_EQ(ade20k_names().size(), 150U);
  EXPECT_EQ(ade20k_palette()[0], Rgb(0, 0, 0));
  EXPECT_EQ(ade20k_palette()[1], Rgb(0x78, 0x78, 0x78));
  EXPECT_EQ(ade20k_palette()[13], Rgb(0x96, 0x05, 0x3D));
  EXPECT_EQ(ade20k_palette()[150], Rgb(0x5C, 0x00, 0xFF));
  EXPECT_EQ(ade20k_names()[12], "person");
  EXPECT_EQ(ade20k_names()[149], "flag");
  const std::set<std::string_view> names(ade20k_names().begin(), ade20k_names().end());
  EXPECT_EQ(names.size(), 150U);
  EXPECT_EQ(palette_color(151), ade20k_palette()[1]);
  EXPECT_EQ(palette_color(0), ade20k_palette()[0]);
  EXPECT_EQ(make_palette(256).size(), 256U);
}

TEST(Overlay, RefusesWhatDoesNotFit) {
  const Image image(2, 2);
  const Labels labels(2, 2);
  EXPECT_THROW((void)overlay(image, Labels(3, 2), ade20k_palette()), Error);
  EXPECT_THROW((void)overlay(image, labels, ade20k_palette().first(1)), Error);
  EXPECT_THROW((void)overlay(image, labels, ade20k_palette(), 1.5F), Error);
  EXPECT_THROW((void)overlay(image, labels, ade20k_palette(), nan), Error);
}

TEST(Overlay, LabelsBeyondThePaletteBeginAgain) {
  Image image(2, 1);
  std::fill_n(image.data(), 6, uint8_t{0});
  Labels labels(2, 1);
  labels.at(0, 0) = 1;
  labels.at(1, 0) = 151;
  const Image out = overlay(image, labels, ade20k_palette(), 1.0F);
  EXPECT_EQ(out.data()[0], 0x78);
  EXPECT_EQ(out.data()[3], 0x78);
}

TEST(Legend, ShowsColoursAndGrowsWithEntries) {
  const std::vector<LegendEntry> entries = {{{10, 200, 30}, "wall", 0.5}, {{1, 2, 3}, "sky", 0.25}};
  const Image two = draw_legend(entries);
  const Image one = draw_legend(std::span(entries).first(1));
  EXPECT_GT(two.height(), one.height());
  bool found = false;
  for (int i = 0; i < two.width() * two.height(); ++i) {
    const uint8_t* pixel = two.data() + 3 * i;
    found = found || Rgb{pixel[0], pixel[1], pixel[2]} == entries[0].color;
  }
  EXPECT_TRUE(found);
}

TEST(Legend, TakesAnyText) {
  EXPECT_GT(draw_legend({}).width(), 0);
  const std::string all_bytes = [] {
    std::string text;
    for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
    return text;
  }();
  const std::vector<LegendEntry> entries = {
      {{}, all_bytes, nan}, {{}, "", -3}, {{}, std::string(5000, 'w'), 7}};
  const Image image = draw_legend(entries);
  EXPECT_LT(image.width(), 1000);
  EXPECT_NO_THROW((void)draw_legend(std::vector<LegendEntry>(5000)));
}

TEST(Font, EveryGlyphDiffers) {
  std::set<Glyph> glyphs;
  for (char c = ' '; c <= '~'; ++c) glyphs.insert(glyph_of(c));
  EXPECT_EQ(glyphs.size(), 95U);
  EXPECT_EQ(glyph_of('\n'), glyph_of('?'));
  EXPECT_EQ(glyph_of(static_cast<char>(200)), glyph_of('?'));
}

}  // namespace
}  // namespace dpt::image
