#include "image/resample/resize.h"

#include <gmock/gmock.h>

#include <cstring>

#include "image/codec/read.h"
#include "image/draw/colormap.h"
#include "image/resample/preprocess.h"
#include "test_files.h"

namespace dpt::image {
namespace {

struct Target {
  int width, height;
  std::string text() const { return std::to_string(width) + "x" + std::to_string(height); }
};
constexpr std::array<Target, 10> picture_targets = {{{96, 64},
                                                     {32, 32},
                                                     {71, 20},
                                                     {30, 53},
                                                     {71, 53},
                                                     {7, 5},
                                                     {149, 3},
                                                     {72, 52},
                                                     {60, 31},
                                                     {60, 30}}};
constexpr std::array<Target, 5> plane_targets = {{{61, 97}, {31, 23}, {10, 8}, {200, 7}, {1, 1}}};

Image piece() { return read(data_file("image/resized/piece.png")); }

TEST(ResizeOpenCv, EqualsCv2InDouble) {
  const Image image = piece();
  for (const Target& target : picture_targets) {
    const Plane expected = npy_file<float>("image/resized/opencv_" + target.text() + ".npy");
    std::vector<float> out(expected.size());
    resize_cubic_opencv(image, target.width, target.height, no_normalization, out.data());
    EXPECT_LE(largest_difference(out, expected.span()), 1e-7F) << target.text();
  }
}

TEST(ResizeOpenCv, NormalisesEachChannel) {
  const Image image = piece();
  const Normalization imagenet{{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
  std::vector<float> plain(40 * 30 * 3);
  std::vector<float> normalised(plain.size());
  resize_cubic_opencv(image, 40, 30, no_normalization, plain.data());
  resize_cubic_opencv(image, 40, 30, imagenet, normalised.data());
  for (size_t i = 0; i < plain.size(); ++i) {
    const double expected = (plain[i] - imagenet.mean[i % 3]) / imagenet.std[i % 3];
    ASSERT_NEAR(normalised[i], expected, 1e-6) << i;
  }
}

/// The same picture as BGRA rows from bottom to top.
TEST(ResizeOpenCv, ViewsOfAnyLayoutGiveTheSame) {
  const Image image = piece();
  std::vector<uint8_t> other(static_cast<size_t>(image.width()) * 4 * 53);
  const ptrdiff_t stride = ptrdiff_t{image.width()} * 4;
  for (int y = 0; y < image.height(); ++y) {
    uint8_t* row = other.data() + (image.height() - 1 - y) * stride;
    for (int x = 0; x < image.width(); ++x) {
      for (int c = 0; c < 3; ++c) row[4 * x + c] = image.row(y)[3 * x + 2 - c];
    }
  }
  const ImageView view{other.data() + (image.height() - 1) * stride, image.width(), image.height(),
                       -stride, PixelFormat::bgra8};
  std::vector<float> a(33 * 21 * 3);
  std::vector<float> b(a.size());
  resize_cubic_opencv(image, 33, 21, no_normalization, a.data());
  resize_cubic_opencv(view, 33, 21, no_normalization, b.data());
  EXPECT_EQ(a, b);
  const Image c = resize_pil(image, 33, 21, PilFilter::bicubic);
  const Image d = resize_pil(view, 33, 21, PilFilter::bicubic);
  EXPECT_EQ(std::memcmp(c.data(), d.data(), c.bytes()), 0);
}

TEST(Resize, RefusesSenselessSizes) {
  const Image image = piece();
  std::vector<float> out(1);
  EXPECT_THROW(resize_cubic_opencv(image, 0, 5, no_normalization, out.data()), Error);
  EXPECT_THROW((void)resize_pil(image, 5, -1, PilFilter::bilinear), Error);
  EXPECT_THROW(resize_plane(out.data(), 1, 1, 1, out.data(), 1, 0, PlaneFilter::bicubic), Error);
}

TEST(ResizePil, EqualsPillowBitForBit) {
  const Image image = piece();
  for (const auto& [name, filter] :
       {std::pair{"bilinear", PilFilter::bilinear}, std::pair{"bicubic", PilFilter::bicubic}}) {
    for (const Target& target : picture_targets) {
      const auto expected = npy_file<uint8_t>("image/resized/pil_" + std::string(name) + "_" +
                                              target.text() + ".npy");
      const Image out = resize_pil(image, target.width, target.height, filter);
      ASSERT_EQ(out.bytes(), expected.size());
      EXPECT_EQ(std::memcmp(out.data(), expected.data(), out.bytes()), 0)
          << name << " " << target.text();
    }
  }
}

TEST(ResizePlane, EqualsPyTorch) {
  const Plane plane = npy_file<float>("image/resized/plane.npy");
  const Range range = finite_range(plane);
  for (const auto& [name, filter] :
       {std::pair{"bilinear", PlaneFilter::bilinear}, std::pair{"bicubic", PlaneFilter::bicubic}}) {
    for (const Target& target : plane_targets) {
      const Plane expected = npy_file<float>("image/resized/torch_" + std::string(name) + "_" +
                                             target.text() + ".npy");
      const Plane out = resize_plane(plane, target.width, target.height, filter);
      // PyTorch's own weights differ by up to 1e-6 between its vector and its scalar code.
      EXPECT_LE(largest_difference(out.span(), expected.span()), 1e-6F * (range.max - range.min))
          << name << " " << target.text();
    }
  }
}

TEST(ResizePlane, ChannelsDoNotMix) {
  const Plane plane = npy_file<float>("image/resized/plane.npy");
  const size_t pixels = plane.size();
  std::vector<float> interleaved(pixels * 3);
  for (size_t i = 0; i < pixels; ++i) {
    for (size_t c = 0; c < 3; ++c) {
      interleaved[3 * i + c] = plane.data()[i] * static_cast<float>(c + 1);
    }
  }
  std::vector<float> out(17 * 40 * 3);
  resize_plane(interleaved.data(), plane.width(), plane.height(), 3, out.data(), 17, 40,
               PlaneFilter::bicubic);
  const Plane one = resize_plane(plane, 17, 40, PlaneFilter::bicubic);
  for (size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(out[3 * i], one.data()[i]);
    ASSERT_EQ(out[3 * i + 1], 2 * one.data()[i]);
  }
}

TEST(ResizePlane, SameSizeIsIdentity) {
  const Plane plane = npy_file<float>("image/resized/plane.npy");
  for (const PlaneFilter filter : {PlaneFilter::bilinear, PlaneFilter::bicubic}) {
    const Plane out = resize_plane(plane, plane.width(), plane.height(), filter);
    EXPECT_EQ(largest_difference(out.span(), plane.span()), 0.0F);
  }
}

TEST(KittiCrop, TakesTheBottomMiddle) {
  const std::vector<uint8_t> pixels(size_t{1243} * 376);
  const ImageView view{pixels.data(), 1243, 376, 1243, PixelFormat::gray8};
  const ImageView part = kitti_crop(view);
  EXPECT_EQ(part.data, pixels.data() + (376 - 352) * 1243 + (1243 - 1216) / 2);
  EXPECT_EQ(part.width, 1216);
  EXPECT_EQ(part.height, 352);
  EXPECT_EQ(input_error([&] { kitti_crop(view.crop(0, 0, 1243, 351)); }),
            "picture of 1243x351 pixels: too small for the KITTI crop of 1216x352");
}

}  // namespace
}  // namespace dpt::image
