#include "image/codec/write.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "image/codec/encode_picture.h"
#include "image/codec/read.h"
#include "image/codec/read_depth.h"
#include "image/draw/palette.h"
#include "test_files.h"

namespace dpt::image {
namespace {

using testing::HasSubstr;

Plane sample_plane(int width, int height) {
  Plane plane(width, height);
  for (size_t i = 0; i < plane.size(); ++i) {
    plane.data()[i] = std::sin(static_cast<float>(i)) * 1000.0F;
  }
  plane.data()[0] = -0.0F;
  if (plane.size() > 3) {
    plane.data()[1] = std::numeric_limits<float>::infinity();
    plane.data()[2] = std::numeric_limits<float>::quiet_NaN();
    plane.data()[3] = std::numeric_limits<float>::denorm_min();
  }
  return plane;
}

Labels sample_labels(int width, int height, int modulus) {
  Labels labels(width, height);
  for (size_t i = 0; i < labels.size(); ++i) {
    labels.data()[i] = static_cast<uint16_t>(i * 7 % static_cast<size_t>(modulus));
  }
  return labels;
}

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Write, FloatFormatsComeBackBitForBit) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 9}, {9, 1}, {37, 23}, {20000, 2}}) {
    const Plane plane = sample_plane(width, height);
    EXPECT_TRUE(same(decode_pfm(encode_pfm(plane)), plane));
    EXPECT_TRUE(same(std::get<Plane>(decode_npy(encode_npy(plane))), plane));
    EXPECT_TRUE(same(decode_tiff_depth(encode_tiff(plane, TiffCompression::none)).values, plane));
    EXPECT_TRUE(
        same(decode_tiff_depth(encode_tiff(plane, TiffCompression::deflate)).values, plane));
  }
}

TEST(Write, PfmIsAsTheScriptWritesIt) {
  Plane plane(2, 2);
  std::iota(plane.data(), plane.data() + 4, 1.0F);
  const Bytes bytes = encode_pfm(plane);
  EXPECT_THAT(text_of(bytes), testing::StartsWith("Pf\n2 2\n-1.000000\n"));
  const std::array<float, 4> bottom_up = {3, 4, 1, 2};
  ASSERT_EQ(bytes.size(), 17U + 16U);
  EXPECT_EQ(std::memcmp(bytes.data() + 17, bottom_up.data(), 16), 0);
}

TEST(Write, NpyHeaderIsAligned) {
  const Bytes bytes = encode_npy(sample_plane(451, 300));
  const size_t data_at = 10 + static_cast<size_t>(bytes[8]) + 256 * static_cast<size_t>(bytes[9]);
  EXPECT_EQ(data_at % 64, 0U);
  EXPECT_EQ(bytes.size(), data_at + size_t{451} * 300 * 4);
  EXPECT_THAT(text_of(bytes), HasSubstr("{'descr': '<f4', 'fortran_order': False, "
                                        "'shape': (300, 451), }"));
}

TEST(Write, NpyLabels) {
  const Labels labels = sample_labels(13, 7, 151);
  EXPECT_TRUE(same(std::get<Grid<uint16_t>>(decode_npy(encode_npy(labels))), labels));
  const Grid<uint8_t> narrow = to_uint8(labels);
  EXPECT_TRUE(same(std::get<Grid<uint8_t>>(decode_npy(encode_npy(narrow))), narrow));
  EXPECT_THROW((void)to_uint8(sample_labels(13, 70, 400)), Error);
}

TEST(Write, PngGray16WithText) {
  const Gray16 image = sample_labels(33, 21, 60000);
  const PngOptions options{.compression = 0, .text = {{"scale", "0.125"}, {"unit", "metres"}}};
  const GrayPng back = decode_png_gray(encode_png_gray16(image, options));
  EXPECT_TRUE(same(back.pixels, image));
  EXPECT_EQ(back.text, options.text);
  EXPECT_GT(encode_png_gray16(image, options).size(), encode_png_gray16(image).size());
}

TEST(Write, PngColour) {
  const Image image = read(data_file("image/pictures/rgb8.png"));
  for (const bool alpha : {false, true}) {
    const Bytes bytes = encode_png(image, {.add_alpha = alpha});
    EXPECT_EQ(static_cast<int>(bytes[25]), alpha ? 6 : 2);  // the header's colour type
    const Image back = decode(bytes);
    ASSERT_EQ(back.bytes(), image.bytes());
    EXPECT_EQ(std::memcmp(back.data(), image.data(), image.bytes()), 0);
  }
}

Image noise(int width, int height) {
  Image image(width, height);
  uint32_t state = 1;
  for (size_t i = 0; i < image.bytes(); ++i) {
    state = state * 1664525U + 1013904223U;
    image.data()[i] = static_cast<uint8_t>(state >> 24);
  }
  return image;
}

/// A picture of one colour has one coefficient for each block and component, 8 x value, stored in
/// steps of 3 (quality 90 of the standard tables' 16 and 17): off by at most 1.5 / 8, which
/// rounding takes away. What stays is that Y, Cb and Cr are whole numbers, each off by up to 0.5:
/// red is Y + 1.402 Cr, blue Y + 1.772 Cb, so below 0.5 + 0.886 + 0.5 for rounding the result.
TEST(Write, JpegOfOneColour) {
  for (const Rgb& color : make_palette(150)) {
    Image image(19, 11);
    for (size_t i = 0; i < image.bytes(); i += 3) {
      image.data()[i] = color.r;
      image.data()[i + 1] = color.g;
      image.data()[i + 2] = color.b;
    }
    const Image back = decode(encode_jpeg(image));
    ASSERT_EQ(back.bytes(), image.bytes());
    for (size_t i = 0; i < image.bytes(); ++i) {
      ASSERT_NEAR(back.data()[i], image.data()[i], 1) << i % 3 << " of " << int{color.r};
    }
  }
}

TEST(Write, JpegKeepsColourAtFullSize) {
  const Bytes bytes = encode_jpeg(noise(40, 17), 90);
  // SOF0: 8 bits, 17 rows, 40 columns, three components, each of sampling 1x1.
  const std::string_view text = text_of(bytes);
  const size_t at = text.find(std::string_view("\xFF\xC0\x00\x11\x08\x00\x11\x00\x28\x03", 10));
  ASSERT_NE(at, std::string_view::npos);
  for (const size_t component : {0, 1, 2}) EXPECT_EQ(text[at + 11 + 3 * component], 0x11);
  EXPECT_LT(encode_jpeg(noise(40, 17), 30).size(), bytes.size());
}

TEST(Write, WebpIsWithoutLoss) {
  for (const auto& [width, height] : {std::pair{1, 1}, {37, 23}, {16383, 1}}) {
    const Image image = noise(width, height);
    const Image back = decode(encode_webp(image));
    ASSERT_EQ(back.bytes(), image.bytes());
    EXPECT_EQ(std::memcmp(back.data(), image.data(), image.bytes()), 0);
  }
  EXPECT_THROW(encode_webp(Image(16384, 1)), Error);
}

TEST(Write, PicturesToLookAt) {
  const Image image = noise(9, 5);
  EXPECT_EQ(encode_picture(image, "png"), encode_png(image));
  EXPECT_EQ(encode_picture(image, "jpg"), encode_jpeg(image, 90));
  EXPECT_EQ(encode_picture(image, "jpeg"), encode_jpeg(image, 90));
  EXPECT_EQ(encode_picture(image, "webp"), encode_webp(image));
  EXPECT_THROW(encode_picture(image, "gif"), Error);
  EXPECT_THROW(encode_jpeg(image, 0), Error);
}

TEST(Write, PngPalette) {
  const Labels labels = sample_labels(30, 20, 151);
  const std::vector<Rgb> palette = make_palette(151);
  const Bytes bytes = encode_png_labels(labels, palette);
  EXPECT_TRUE(same(decode_png_gray(bytes).pixels, labels));
  const Image colours = decode(bytes);
  for (int i = 0; i < 600; ++i) {
    const uint8_t* pixel = colours.data() + 3 * i;
    ASSERT_EQ((Rgb{pixel[0], pixel[1], pixel[2]}), palette[labels.data()[i]]);
  }
}

TEST(Write, ManyLabelsBecomeGray16) {
  const Labels labels = sample_labels(30, 20, 400);
  const Bytes bytes = encode_png_labels(labels, make_palette(256));
  EXPECT_EQ(static_cast<int>(bytes[24]), 16);
  EXPECT_TRUE(same(decode_png_gray(bytes).pixels, labels));
}

TEST(Write, RefusesWrongRequests) {
  const Labels labels = sample_labels(3, 3, 9);
  EXPECT_THROW((void)encode_png_labels(labels, make_palette(5)), Error);
  EXPECT_THROW((void)encode_png_labels(labels, {}), Error);
  EXPECT_THROW((void)encode_png_gray16(labels, {.compression = 10}), Error);
  EXPECT_THROW((void)encode_png_gray16(labels, {.text = {{"", "x"}}}), Error);
  EXPECT_THROW((void)encode_png_gray16(labels, {.text = {{std::string(80, 'k'), "x"}}}), Error);
}

}  // namespace
}  // namespace dpt::image
