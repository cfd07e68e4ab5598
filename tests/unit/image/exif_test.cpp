#include "image/codec/exif.h"

#include "test_files.h"

namespace dpt::image {
namespace {

/// A TIFF structure with one entry.
std::vector<std::byte> exif(bool big_endian, int orientation) {
  using namespace std::string_literals;
  std::string text = big_endian ? "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0?\0\0\0\0\0\0"s
                                : "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0?\0\0\0\0\0\0\0"s;
  text[text.find('?')] = static_cast<char>(orientation);
  return bytes_of(text);
}

TEST(Exif, BothByteOrders) {
  for (int value = 1; value <= 8; ++value) {
    EXPECT_EQ(exif_orientation(exif(false, value)), value);
    EXPECT_EQ(exif_orientation(exif(true, value)), value);
  }
}

TEST(Exif, SignatureMayStandInFront) {
  using namespace std::string_literals;
  std::vector<std::byte> bytes = bytes_of("Exif\0\0"s);
  const std::vector<std::byte> tiff = exif(false, 6);
  bytes.insert(bytes.end(), tiff.begin(), tiff.end());
  EXPECT_EQ(exif_orientation(bytes), 6);
}

TEST(Exif, NonsenseIsUpright) {
  EXPECT_EQ(exif_orientation({}), 1);
  EXPECT_EQ(exif_orientation(exif(false, 0)), 1);
  EXPECT_EQ(exif_orientation(exif(false, 9)), 1);
  EXPECT_EQ(exif_orientation(bytes_of("no such thing at all")), 1);
}

TEST(Exif, EveryBeginningAndEveryChangedByteIsSafe) {
  const std::vector<std::byte> whole = exif(true, 6);
  for (size_t size = 0; size < whole.size(); ++size) {
    // A copy of exactly this size, so that the sanitizer sees a read beyond it.
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    const int value = exif_orientation(part);
    EXPECT_TRUE(value == 1 || value == 6);
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const int byte : {0x00, 0x7F, 0xFF}) {
      std::vector<std::byte> changed = whole;
      changed[at] = static_cast<std::byte>(byte);
      const int value = exif_orientation(changed);
      EXPECT_TRUE(value >= 1 && value <= 8);
    }
  }
}

/// 3 x 2 pixels numbered row by row; the expected order of each orientation is that of the EXIF
/// standard's drawings.
TEST(Exif, OrientationsMovePixels) {
  const std::array<std::vector<int>, 9> expected = {{{},
                                                     {0, 1, 2, 3, 4, 5},
                                                     {2, 1, 0, 5, 4, 3},
                                                     {5, 4, 3, 2, 1, 0},
                                                     {3, 4, 5, 0, 1, 2},
                                                     {0, 3, 1, 4, 2, 5},
                                                     {3, 0, 4, 1, 5, 2},
                                                     {5, 2, 4, 1, 3, 0},
                                                     {2, 5, 1, 4, 0, 3}}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image image(3, 2);
    for (int i = 0; i < 6; ++i) std::fill_n(image.data() + 3 * i, 3, static_cast<uint8_t>(i));
    const Image out = apply_orientation(std::move(image), orientation);
    EXPECT_EQ(out.width(), orientation < 5 ? 3 : 2);
    std::vector<int> found;
    for (int i = 0; i < 6; ++i) found.push_back(out.data()[3 * i]);
    EXPECT_EQ(found, expected[static_cast<size_t>(orientation)]) << orientation;
  }
}

}  // namespace
}  // namespace dpt::image
