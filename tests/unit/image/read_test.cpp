#include "image/codec/read.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "image/codec/byte_reader.h"
#include "test_files.h"

namespace dpt::image {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> pictures() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(data_file("image/pictures"))) {
    if (entry.path().extension() != ".rgb") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ReadsAsOpenCv : public testing::TestWithParam<std::string> {};

TEST_P(ReadsAsOpenCv, EveryPixel) {
  const std::string name = "image/pictures/" + GetParam();
  const Image image = read(data_file(name));
  const std::vector<std::byte> expected = data_bytes(name + ".rgb");
  ASSERT_EQ(image.width(), load_u16(expected, 0));
  ASSERT_EQ(image.height(), load_u16(expected, 2));
  ASSERT_EQ(image.bytes() + 4, expected.size());
  int largest = 0;
  size_t wrong = 0;
  for (size_t i = 0; i < image.bytes(); ++i) {
    const int difference = std::abs(int{image.data()[i]} - static_cast<int>(expected[i + 4]));
    largest = std::max(largest, difference);
    wrong += difference != 0 ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0U) << "largest difference " << largest;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, ReadsAsOpenCv, testing::ValuesIn(pictures()), [](const auto& i) {
  std::string name = i.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

class AvifReadsAsOpenCv : public testing::TestWithParam<std::string> {};

/// Exact where libheif gives the coded samples. Of older ones (1.15) they are recovered from its
/// RGB, which fails where all pixels of a block of chroma are cut at 0 or 255: few, and by few
/// levels.
TEST_P(AvifReadsAsOpenCv, NearlyEveryPixel) {
  if (!can_read_heif()) GTEST_SKIP() << "libheif is not installed";
  const std::string name = "image/avif/" + GetParam() + ".avif";
  const std::vector<std::byte> expected = data_bytes(name + ".rgb");
  Image image;
  try {
    image = read(data_file(name));
  } catch (const Error& error) {
    if (!std::string_view(error.what()).ends_with("Unsupported codec")) throw;
    GTEST_SKIP() << "libheif has no decoder of AV1";
  }
  ASSERT_EQ(image.width(), load_u16(expected, 0));
  ASSERT_EQ(image.height(), load_u16(expected, 2));
  double sum = 0;
  size_t far = 0;
  for (size_t i = 0; i < image.bytes(); ++i) {
    const int difference = std::abs(int{image.data()[i]} - static_cast<int>(expected[i + 4]));
    EXPECT_LE(difference, 5);
    sum += difference;
    far += difference > 1 ? 1 : 0;
  }
  EXPECT_LE(sum / static_cast<double>(image.bytes()), 0.01);
  EXPECT_LE(far, image.bytes() / 200);
}

INSTANTIATE_TEST_SUITE_P(Codings, AvifReadsAsOpenCv,
                         testing::Values("420", "420_limited", "420_10bit_bt709", "420_bt709_full",
                                         "422", "444_bt2020", "444_12bit", "gray"));

TEST(Read, OrientationCanBeLeftAlone) {
  const ReadOptions as_stored{.apply_exif_orientation = false};
  const Image upright = read(data_file("image/pictures/exif1.png"));
  for (const char* name : {"exif6.png", "exif6.jpg", "exif6.webp", "orientation6.tif"}) {
    const fs::path path = data_file(std::string("image/pictures/") + name);
    const Image turned = read(path);
    const Image stored = read(path, as_stored);
    EXPECT_EQ(turned.width(), stored.height()) << name;
    EXPECT_EQ(turned.height(), stored.width()) << name;
    EXPECT_GT(stored.width(), stored.height()) << name;
  }
  EXPECT_GT(upright.width(), upright.height());
}

TEST(Read, SaysWhatItReads) {
  const std::string text =
      input_error([] { decode(bytes_of("GIF89a and more"), {}, "some/file.gif"); });
  EXPECT_THAT(text, AllOf(StartsWith("some/file.gif: "),
                          HasSubstr("JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, PNM")));
}

TEST(Read, NamesEmptyMissingAndFolder) {
  EXPECT_EQ(input_error([] { decode({}, {}, "e.png"); }), "e.png: is empty, expected a picture");
  EXPECT_THAT(input_error([] { read("/nowhere/at/all.png"); }),
              AllOf(StartsWith("/nowhere/at/all.png: "), HasSubstr("No such file")));
  EXPECT_THAT(input_error([] { read(data_file("image")); }), HasSubstr("is a folder"));
}

TEST(Read, EscapesNamesInErrors) {
  EXPECT_EQ(input_error([] { decode({}, {}, "a\nb"); }), "a\\x0ab: is empty, expected a picture");
}

/// Every proper beginning of a file is an error: no format gives half a picture.
class Truncated : public testing::TestWithParam<std::string> {};

TEST_P(Truncated, IsAnError) {
  const std::vector<std::byte> bytes = data_bytes("image/pictures/" + GetParam());
  for (const size_t percent : {1, 5, 10, 30, 50, 70, 80, 90}) {
    const std::span<const std::byte> part =
        std::span(bytes).first(std::max<size_t>(bytes.size() * percent / 100, 1));
    EXPECT_THAT(input_error([&] { decode(part, {}, "cut"); }), StartsWith("cut: "))
        << percent << " percent";
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Truncated,
                         testing::Values("rgb8.png", "interlaced.png", "jpeg420.jpg",
                                         "progressive.jpg", "cmyk.jpg", "lossy.webp",
                                         "lossless.webp", "rgb8.tif", "lzw.tif", "rgb8_tiles.tif",
                                         "bgr24.bmp", "rle8.bmp", "rle4.bmp", "binary.ppm",
                                         "text.pgm", "packed.pbm", "bits.pbm"),
                         [](const auto& i) {
                           std::string name = i.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(Read, ChecksSizesBeforeTakingMemory) {
  const auto error = [](std::string_view text) {
    return input_error([&] { decode(bytes_of(text), {}, "big"); });
  };
  EXPECT_THAT(error("P6 70000 1 255\n"), HasSubstr("70000x1 pixels, the limit is 65500 a side"));
  EXPECT_THAT(error("P6 65500 65500 255\n"), HasSubstr("268435456 in all"));
  EXPECT_THAT(error("P6 0 5 255\n"), HasSubstr("0x5 pixels, expected at least 1x1"));
  EXPECT_THAT(error("P6 60000 4000 255\nxyz"), HasSubstr("ends too early"));
  EXPECT_THAT(error("P2 99999999999999999999 1 255\n"), HasSubstr("the limit is"));
}

TEST(Read, NamesWhatIsWrongWithPnm) {
  const auto error = [](std::string_view text) {
    return input_error([&] { decode(bytes_of(text), {}, "f"); });
  };
  EXPECT_THAT(error("P5 2 2 0\nabcd"), HasSubstr("largest value 0, expected 1 to 65535"));
  EXPECT_THAT(error("P5 2 2 70000\nabcd"), HasSubstr("largest value 70000"));
  EXPECT_THAT(error("P2 2 1 9 1 x"), HasSubstr("byte 0x78 at 11, expected a digit"));
  EXPECT_THAT(error("P5 1 1 255#c\na"), HasSubstr("no space between header and pixels"));
}

TEST(Read, NamesWhatIsWrongWithBmp) {
  const auto changed = [](size_t at, uint8_t value) {
    std::vector<std::byte> bytes = data_bytes("image/pictures/bgr24.bmp");
    bytes[at] = std::byte{value};
    return input_error([&] { decode(bytes, {}, "f.bmp"); });
  };
  EXPECT_THAT(changed(28, 23), HasSubstr("23 bits a pixel"));
  EXPECT_THAT(changed(30, 9), HasSubstr("compression 9 is not supported"));
  EXPECT_THAT(changed(14, 20), HasSubstr("header of 20 bytes"));
  EXPECT_THAT(changed(12, 200), HasSubstr("ends too early"));
}

TEST(Read, RefusesBmpMasksThatAreNotThere) {
  for (const uint32_t mask : {0U, 0xFFFFFFFFU, 0x10000U}) {
    std::vector<std::byte> bytes = data_bytes("image/pictures/bgr565.bmp");
    std::memcpy(bytes.data() + 54, &mask, sizeof(mask));
    EXPECT_THAT(input_error([&] { decode(bytes, {}, "f.bmp"); }), HasSubstr("colour mask"));
  }
}

TEST(ImageView, CropsAndChecks) {
  const std::vector<uint8_t> pixels(4 * 3 * 3);
  const ImageView view{pixels.data(), 4, 3, 12, PixelFormat::rgb8};
  const ImageView part = view.crop(1, 2, 3, 1);
  EXPECT_EQ(part.data, pixels.data() + 2 * 12 + 3);
  EXPECT_EQ(part.width, 3);
  EXPECT_THROW((void)view.crop(2, 0, 3, 1), Error);
  EXPECT_NO_THROW(check_view(view));
  ImageView bad = view;
  bad.stride = 11;
  EXPECT_THROW(check_view(bad), Error);
  bad = view;
  bad.data = nullptr;
  EXPECT_THROW(check_view(bad), Error);
  bad = view;
  bad.width = 0;
  EXPECT_THROW(check_view(bad), Error);
  bad = view;
  bad.format = static_cast<PixelFormat>(9);
  EXPECT_THROW(check_view(bad), Error);
}

TEST(ImageView, EveryFormatGivesRgb) {
  const std::vector<uint8_t> pixel = {10, 20, 30, 40};
  const auto rgb = [&](PixelFormat format) {
    std::array<uint8_t, 3> out{};
    copy_row_as_rgb({pixel.data(), 1, 1, 4, format}, 0, out.data());
    return out;
  };
  EXPECT_THAT(rgb(PixelFormat::rgb8), testing::ElementsAre(10, 20, 30));
  EXPECT_THAT(rgb(PixelFormat::rgba8), testing::ElementsAre(10, 20, 30));
  EXPECT_THAT(rgb(PixelFormat::bgr8), testing::ElementsAre(30, 20, 10));
  EXPECT_THAT(rgb(PixelFormat::bgra8), testing::ElementsAre(30, 20, 10));
  EXPECT_THAT(rgb(PixelFormat::gray8), testing::ElementsAre(10, 10, 10));
}

}  // namespace
}  // namespace dpt::image
