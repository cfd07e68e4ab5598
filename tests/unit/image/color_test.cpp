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

/// As in the script, whose float32 the range of the second plane overflows.
TEST(DepthCodes, HugeRanges) {
  const float huge = std::numeric_limits<float>::max();
  const DepthCodes half = depth_to_gray16(plane_of({0, huge / 131072, huge / 65536}));
  EXPECT_THAT(codes_of(half), testing::ElementsAre(0, 32767, 65535));
  const DepthCodes codes = depth_to_gray16(plane_of({-huge, 0, huge}));
  EXPECT_THAT(codes_of(codes), testing::ElementsAre(0, 0, 0));
  EXPECT_EQ(codes.offset, -huge);
  EXPECT_DOUBLE_EQ(codes.scale, 2 * static_cast<double>(huge) / 65535);
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
  const auto refusal = [&](const Labels& of, std::span<const Rgb> palette, float alpha) {
    try {
      (void)overlay(image, of, palette, alpha);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  EXPECT_EQ(refusal(Labels(3, 2), ade20k_palette(), 0.5F),
            "overlay: the picture is 2x2, the labels are 3x2");
  EXPECT_EQ(refusal(labels, ade20k_palette().first(1), 0.5F),
            "overlay: the palette has 1 entries, expected at least 2");
  EXPECT_EQ(refusal(labels, ade20k_palette(), 1.5F), "overlay: alpha is 1.5, expected 0 to 1");
  EXPECT_EQ(refusal(labels, ade20k_palette(), nan), "overlay: alpha is nan, expected 0 to 1");
}

/// Between the picture and the colour of its label, truncated; the picture's values go through the
/// script's 255 * (x / 255), which loses 1 of a few.
TEST(Overlay, MixesEachPixelWithItsLabelsColour) {
  Image image(2, 1);
  std::fill_n(image.data(), 6, uint8_t{100});
  Labels labels(2, 1);
  labels.at(0, 0) = 1;
  labels.at(1, 0) = 2;
  const std::vector<Rgb> palette = {{0, 0, 0}, {200, 100, 1}, {0, 50, 255}};
  const auto mixed = [&](float alpha) {
    const Image out = overlay(image, labels, palette, alpha);
    return std::vector<int>(out.data(), out.data() + 6);
  };
  EXPECT_THAT(mixed(0), testing::ElementsAre(100, 100, 100, 100, 100, 100));
  EXPECT_THAT(mixed(0.5F), testing::ElementsAre(150, 100, 50, 50, 75, 177));
  EXPECT_THAT(mixed(1), testing::ElementsAre(200, 100, 1, 0, 50, 255));
}

TEST(Overlay, LabelsBeyondThePaletteBeginAgain) {
  Image image(2, 1);
  std::fill_n(image.data(), 6, uint8_t{0});
  Labels labels(2, 1);
  labels.at(0, 0) = 1;
  labels.at(1, 0) = 151;
  const Image out = overlay(image, labels, ade20k_palette(), 1.0F);
  EXPECT_EQ(std::vector<int>(out.data(), out.data() + 6), std::vector<int>(6, 0x78));
}

TEST(Legend, ShowsColoursAndGrowsWithEntries) {
  const std::vector<LegendEntry> entries = {{{10, 200, 30}, "wall", 0.5}, {{1, 2, 3}, "sky", 0.25}};
  const Image two = draw_legend(entries);
  const Image one = draw_legend(std::span(entries).first(1));
  EXPECT_GT(two.height(), one.height());
  // Each entry's swatch, in the order of the entries, on white.
  const auto count = [](const Image& image, Rgb color) {
    int pixels = 0;
    for (int i = 0; i < image.width() * image.height(); ++i) {
      const uint8_t* pixel = image.data() + ptrdiff_t{3} * i;
      pixels += Rgb{pixel[0], pixel[1], pixel[2]} == color ? 1 : 0;
    }
    return pixels;
  };
  const auto first = [](const Image& image, Rgb color) {
    int i = 0;
    for (const uint8_t* p = image.data(); Rgb{p[0], p[1], p[2]} != color; p += 3) ++i;
    return i / image.width();
  };
  EXPECT_EQ(count(two, entries[0].color), 38 * 18);
  EXPECT_EQ(count(two, entries[1].color), 38 * 18);
  EXPECT_EQ(count(one, entries[1].color), 0);
  EXPECT_EQ(first(two, entries[1].color) - first(two, entries[0].color),
            two.height() - one.height());
  EXPECT_GT(count(two, {255, 255, 255}), two.width() * two.height() / 2);
  EXPECT_GT(count(two, {0, 0, 0}), count(one, {0, 0, 0}));  // letters
}

TEST(Legend, TakesAnyText) {
  const Image none = draw_legend({});
  EXPECT_GT(std::count(none.data(), none.data() + none.bytes(), 0), 100);  // "no classes"
  const std::string all_bytes = [] {
    std::string text;
    for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
    return text;
  }();
  const std::vector<LegendEntry> entries = {
      {{}, all_bytes, nan}, {{}, "", -3}, {{}, std::string(5000, 'w'), 7}};
  const Image image = draw_legend(entries);
  EXPECT_LT(image.width(), 1000);
  EXPECT_EQ(image.height() - draw_legend(std::span(entries).first(1)).height(), 2 * 28);
  // As many as the largest picture holds.
  EXPECT_LE(draw_legend(std::vector<LegendEntry>(5000)).height(), max_side);
  EXPECT_GT(draw_legend(std::vector<LegendEntry>(5000)).height(), max_side - 28);
}

TEST(Font, EveryGlyphDiffers) {
  std::set<Glyph> glyphs;
  for (char c = ' '; c <= '~'; ++c) glyphs.insert(glyph_of(c));
  EXPECT_EQ(glyphs.size(), 95U);
  EXPECT_EQ(glyph_of(' '), Glyph{});
  EXPECT_EQ(glyph_of('\n'), glyph_of('?'));
  EXPECT_EQ(glyph_of(static_cast<char>(200)), glyph_of('?'));
}

}  // namespace
}  // namespace dpt::image
