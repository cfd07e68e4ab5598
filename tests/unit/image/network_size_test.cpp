#include "image/resample/network_size.h"

#include <gmock/gmock.h>

#include <ostream>

#include "test_files.h"

namespace dpt::image {

void PrintTo(const Size& size, std::ostream* out) { *out << size.width << 'x' << size.height; }

namespace {

using enum ResizeMethod;

/// The table of the specification's section 3.1, one row per input.
struct Row {
  Size input;
  Size minimal384, minimal480, minimal512, upper384, upper256, lower518, kitti, nyu;
};

constexpr std::array<Row, 9> table = {{
    {{640, 480},
     {512, 384},
     {640, 480},
     {672, 512},
     {384, 288},
     {256, 192},
     {686, 518},
     {480, 352},
     {640, 480}},
    {{480, 640},
     {384, 512},
     {480, 640},
     {512, 672},
     {288, 384},
     {192, 256},
     {518, 686},
     {256, 352},
     {352, 480}},
    {{512, 512},
     {384, 384},
     {480, 480},
     {512, 512},
     {384, 384},
     {256, 256},
     {518, 518},
     {352, 352},
     {480, 480}},
    {{1280, 720},
     {672, 384},
     {864, 480},
     {896, 512},
     {384, 224},
     {256, 128},
     {924, 518},
     {1216, 672},
     {864, 480}},
    {{1920, 1080},
     {672, 384},
     {864, 480},
     {896, 512},
     {384, 224},
     {256, 128},
     {924, 518},
     {1216, 672},
     {864, 480}},
    {{1080, 1920},
     {384, 672},
     {480, 864},
     {512, 896},
     {224, 384},
     {128, 256},
     {518, 924},
     {1216, 2176},
     {640, 1152}},
    {{1242, 375},
     {1280, 384},
     {1600, 480},
     {1696, 512},
     {384, 128},
     {256, 64},
     {1722, 518},
     {1216, 352},
     {1600, 480}},
    {{4032, 3024},
     {512, 384},
     {640, 480},
     {672, 512},
     {384, 288},
     {256, 192},
     {686, 518},
     {1216, 896},
     {640, 480}},
    {{300, 200},
     {384, 256},
     {480, 320},
     {512, 352},
     {384, 256},
     {256, 160},
     {784, 518},
     {512, 352},
     {640, 416}},
}};

TEST(NetworkSize, AllVectorsOfTheSpecification) {
  for (const Row& row : table) {
    const auto size = [&](ResizeRule rule) {
      return network_size(row.input.width, row.input.height, rule);
    };
    EXPECT_EQ(size({384, 384, 32, minimal}), row.minimal384);
    EXPECT_EQ(size({480, 480, 32, minimal}), row.minimal480);
    EXPECT_EQ(size({512, 512, 32, minimal}), row.minimal512);
    EXPECT_EQ(size({384, 384, 32, upper_bound}), row.upper384);
    EXPECT_EQ(size({256, 256, 32, upper_bound}), row.upper256);
    EXPECT_EQ(size({518, 518, 14, lower_bound}), row.lower518);
    EXPECT_EQ(size({1216, 352, 32, minimal}), row.kitti);
    EXPECT_EQ(size({640, 480, 32, minimal}), row.nyu);
  }
}

TEST(NetworkSize, WithoutAspectIsTheWantedSize) {
  EXPECT_EQ(network_size(1920, 1080, {576, 384, 32, minimal, false}), (Size{576, 384}));
  EXPECT_EQ(hf_network_size(451, 300, {384, 384, 1, minimal, false}), (Size{384, 384}));
}

TEST(NetworkSize, HfAlwaysUsesTheMinimalRule) {
  EXPECT_EQ(hf_network_size(640, 480, {384, 384, 32, upper_bound, true}), (Size{512, 384}));
}

TEST(NetworkSize, TiesRoundToEven) {
  // 48 / 32 = 1.5 -> 2 and 80 / 32 = 2.5 -> 2.
  EXPECT_EQ(network_size(48, 80, {48, 80, 32, minimal, false}), (Size{64, 64}));
}

TEST(NetworkSize, RefusesWhatRoundsToNothing) {
  EXPECT_EQ(input_error([] {
              network_size(20, 3000, {384, 384, 32, upper_bound});
            }),
            "picture of 20x3000 pixels: too long and narrow, its network input would be 0x384 "
            "(sides are rounded to multiples of 32); crop it or choose a larger network size");
  // minimal takes the scale closest to 1, here the height's.
  EXPECT_THAT(input_error([] {
                network_size(20, 3000, {384, 384, 32, minimal});
              }),
              testing::HasSubstr("0x384"));
}

TEST(NetworkSize, RefusesWhatIsTooLarge) {
  EXPECT_THAT(input_error([] {
                network_size(65500, 2, {384, 384, 32, lower_bound});
              }),
              testing::HasSubstr("the limit is 65500 a side"));
}

TEST(NetworkSize, RefusesSenselessRules) {
  EXPECT_THROW((void)network_size(100, 100, {0, 384, 32, minimal}), Error);
  EXPECT_THROW((void)network_size(100, 100, {384, 384, 0, minimal}), Error);
}

}  // namespace
}  // namespace dpt::image
