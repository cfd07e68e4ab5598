// Files that break the rules without losing a pixel, which are read as OpenCV reads the unbroken
// ones, and files whose pixels are not all there, which are refused. What OpenCV 5.0 and Pillow 13
// make of each was compared when these tests were written.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

#include "image/codec/byte_reader.h"
#include "image/codec/png/png_chunks.h"
#include "image/codec/read.h"
#include "test_files.h"

namespace dpt::image {
namespace {

using namespace std::string_literals;
using Bytes = std::vector<std::byte>;
using testing::HasSubstr;

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
Bytes part(const Bytes& bytes, size_t begin, size_t end) {
  return {bytes.begin() + static_cast<ptrdiff_t>(begin),
          bytes.begin() + static_cast<ptrdiff_t>(end)};
}
Bytes without_last(const Bytes& bytes, size_t count) {
  return part(bytes, 0, bytes.size() - count);
}
Bytes with(const Bytes& bytes, size_t at, const Bytes& piece) {
  return joined({part(bytes, 0, at), piece, part(bytes, at, bytes.size())});
}
Bytes picture(const std::string& name) { return data_bytes("image/pictures/" + name); }

/// "same": the pixels that OpenCV reads from the unbroken file; else what is wrong.
std::string outcome(const Bytes& bytes, const std::string& unbroken) {
  const Bytes expected = picture(unbroken + ".rgb");
  try {
    const Image image = decode(bytes, {}, "odd");
    const auto* pixels = reinterpret_cast<const std::byte*>(image.data());
    const bool same = image.width() == load_u16(expected, 0) &&
                      image.height() == load_u16(expected, 2) &&
                      std::equal(pixels, pixels + image.bytes(), expected.begin() + 4);
    return same ? "same" : "other pixels";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    return error.what();
  }
}

/// Where the marker's segments begin, in order; of entropy-coded data only markers are seen.
std::vector<size_t> markers(const Bytes& jpeg, int marker) {
  std::vector<size_t> found;
  for (size_t at = 0; at + 1 < jpeg.size(); ++at) {
    if (jpeg[at] == std::byte{0xFF} && std::to_integer<int>(jpeg[at + 1]) == marker) {
      found.push_back(at);
    }
  }
  return found;
}
constexpr int start_of_scan = 0xDA;

const std::vector<std::string> jpegs = {"jpeg420.jpg", "progressive.jpg", "restart.jpg",
                                        "gray.jpg"};

TEST(OddJpeg, MayEndWithoutItsMarker) {
  for (const std::string& name : jpegs) {
    const Bytes jpeg = picture(name);
    const Bytes body = without_last(jpeg, 2);
    EXPECT_EQ(outcome(body, name), "same") << name;
    EXPECT_EQ(outcome(without_last(jpeg, 1), name), "same") << name;
    EXPECT_EQ(outcome(joined({body, Bytes(500)}), name), "same") << name << " with zeros";
    EXPECT_EQ(outcome(joined({body, Bytes(99, std::byte{0xFF})}), name), "same") << name;
    EXPECT_EQ(outcome(joined({body, Bytes(30), part(jpeg, body.size(), jpeg.size())}), name),
              "same")
        << name << " with zeros in front of the marker";
  }
}

TEST(OddJpeg, MayHaveAnythingBehindItsEnd) {
  for (const std::string& name : jpegs) {
    const Bytes jpeg = picture(name);
    EXPECT_EQ(outcome(joined({jpeg, bytes_of("SEFT and more")}), name), "same") << name;
    EXPECT_EQ(outcome(joined({jpeg, jpeg}), name), "same") << name << " as MPO";
  }
}

TEST(OddJpeg, ThatLacksCodesIsRefused) {
  for (const std::string& name : jpegs) {
    const Bytes jpeg = picture(name);
    for (const size_t missing : {4, 12, 40}) {
      const Bytes cut = without_last(jpeg, missing);
      EXPECT_THAT(outcome(cut, name), HasSubstr("ends too early or is damaged")) << missing;
      EXPECT_THAT(outcome(joined({cut, bytes_of("\xFF\xD9")}), name), HasSubstr("odd: "))
          << missing;
      // Zeros are codes to a decoder.
      EXPECT_THAT(outcome(joined({cut, Bytes(5000)}), name), HasSubstr("ends too early"))
          << missing;
    }
  }
}

TEST(OddJpeg, ThatLacksScansIsRefused) {
  const Bytes jpeg = picture("progressive.jpg");
  const std::vector<size_t> scans = markers(jpeg, start_of_scan);
  ASSERT_GT(scans.size(), 4U);
  for (size_t i = 1; i < scans.size(); ++i) {
    const Bytes cut = part(jpeg, 0, scans[i]);
    EXPECT_THAT(outcome(cut, "progressive.jpg"), HasSubstr("ends too early")) << i;
    EXPECT_THAT(outcome(joined({cut, bytes_of("\xFF\xD9")}), "progressive.jpg"),
                HasSubstr("scans are missing"))
        << i;
  }
}

TEST(OddJpeg, FieldsThatDecideNothing) {
  for (const std::string& name : {"jpeg420.jpg"s, "restart.jpg"s, "gray.jpg"s}) {
    Bytes jpeg = picture(name);
    const size_t scan = markers(jpeg, start_of_scan).front();
    const size_t fields = scan + 2 + load_u16(jpeg, scan + 2, true) - 3;  // Ss, Se, Ah and Al
    std::fill_n(jpeg.begin() + static_cast<ptrdiff_t>(fields), 3, std::byte{0});
    EXPECT_EQ(outcome(jpeg, name), "same") << name;
  }
  const std::string name = "jpeg420.jpg";
  const Bytes jpeg = picture(name);
  const size_t behind_first = 4 + load_u16(jpeg, 4, true);
  const size_t scan = markers(jpeg, start_of_scan).front();
  Bytes version = jpeg;
  version[11] = std::byte{9};  // JFIF 9.01
  EXPECT_EQ(outcome(version, name), "same");
  for (const std::string& segment :
       {"\x12\x34\x56"s, "\xFF\xFF\xFF"s, "\xFF\xE1\0\x02"s,
        "\xFF\xE1\0\x12"s + "Exif\0\0 garbage!!"s, "\xFF\xE2\0\x12ICC_PROFILE\0\x05\x09!!"s,
        "\xFF\xEE\0\x07"s + "Adobe"s, "\xFF\xEE\0\x0E"s + "Adobe\0\x64\0\0\0\0\x07"s}) {
    EXPECT_EQ(outcome(with(jpeg, behind_first, bytes_of(segment)), name), "same");
    EXPECT_EQ(outcome(with(jpeg, scan, bytes_of(segment)), name), "same");
  }
}

TEST(OddJpeg, RestartMarkersOutOfOrderAreRefused) {
  const Bytes jpeg = picture("restart.jpg");
  const size_t first = markers(jpeg, 0xD0).front();
  const size_t second = markers(jpeg, 0xD1).front();
  EXPECT_THAT(
      outcome(joined({part(jpeg, 0, first), part(jpeg, second, jpeg.size())}), "restart.jpg"),
      HasSubstr("instead of RST0"));
  EXPECT_THAT(outcome(with(jpeg, first, bytes_of("0123456789")), "restart.jpg"),
              HasSubstr("extraneous bytes before marker 0xd0"));
}

/// A chunk with its checksum, or with a wrong one.
Bytes chunk(const std::string& type, const std::string& data, bool intact = true) {
  const auto number = [](uint32_t value) {
    std::string text;
    for (int i = 24; i >= 0; i -= 8) text += static_cast<char>(value >> i & 0xFF);
    return text;
  };
  const uint32_t sum = png_checksum(bytes_of(type + data)) + (intact ? 0 : 1);
  return bytes_of(number(static_cast<uint32_t>(data.size())) + type + data + number(sum));
}

/// A PNG file in three parts: up to the header's end, the pixels, the end.
struct PngParts {
  Bytes head, pixels, end;

  explicit PngParts(const std::string& name) {
    const Bytes png = picture(name);
    size_t at = 8 + 25;
    head = part(png, 0, at);
    pixels = part(png, at, png.size() - 12);
    end = part(png, png.size() - 12, png.size());
  }
  Bytes with_chunk(const Bytes& before, const Bytes& behind) const {
    return joined({head, before, pixels, behind, end});
  }
};

TEST(OddPng, ChunksWithoutPixelsDecideNothing) {
  for (const std::string& name : {"rgb8.png"s, "gray16.png"s, "palette8.png"s, "interlaced.png"s}) {
    const PngParts png(name);
    for (const char* type :
         {"tEXt", "zTXt", "iTXt", "eXIf", "iCCP", "gAMA", "cHRM", "sRGB", "pHYs", "tIME",
          "bKGD", "sBIT", "sPLT", "hIST", "cICP", "acTL", "fcTL", "fdAT", "caBX", "abCd"}) {
      for (const std::string& data :
           {""s, "\0"s, "Comment\0\0\x12\x34"s, "\xFF\xFF\xFF\xFF\xFF\xFF"s}) {
        const Bytes good = chunk(type, data);
        const Bytes bad = chunk(type, data, false);
        EXPECT_EQ(outcome(png.with_chunk(good, good), name), "same") << type;
        EXPECT_EQ(outcome(png.with_chunk(bad, bad), name), "same") << type;
        EXPECT_EQ(outcome(png.with_chunk(joined({good, good}), {}), name), "same") << type;
      }
    }
  }
}

TEST(OddPng, MayEndAnyhowBehindItsPixels) {
  const std::string name = "rgb8.png";
  const PngParts png(name);
  const Bytes body = joined({png.head, png.pixels});
  EXPECT_EQ(outcome(body, name), "same");
  for (const Bytes& end :
       {chunk("IEND", "", false), chunk("IEND", "abc"), part(png.end, 0, 5), Bytes(1000),
        Bytes(1000, std::byte{0x55}), joined({png.end, bytes_of("more")}),
        bytes_of("\0\x0F\0\0tEXt cut"s), chunk("PLTE", "\1\2\3")}) {
    EXPECT_EQ(outcome(joined({body, end}), name), "same");
  }
}

TEST(OddPng, TextsOfAnySizeAndNumber) {
  const std::string name = "rgb8.png";
  const PngParts png(name);
  Bytes many;
  for (int i = 0; i < 5000; ++i) {
    const Bytes one = chunk("tEXt", "Comment\0text"s);
    many.insert(many.end(), one.begin(), one.end());
  }
  EXPECT_EQ(outcome(png.with_chunk(many, many), name), "same");
  const Bytes large = chunk("tEXt", "Comment\0"s + std::string(size_t{65} << 20, 'a'));
  EXPECT_EQ(outcome(png.with_chunk(large, {}), name), "same");
  EXPECT_TRUE(png_text(png.with_chunk(large, {})).empty());
  const TextChunks texts =
      png_text(png.with_chunk(joined({chunk("tEXt", "a\0b"s, false), chunk("zTXt", "c\0\0damaged"s),
                                      large, chunk("tEXt", "key\0value"s)}),
                              chunk("iTXt", "more\0\0\0\0\0words"s)));
  EXPECT_EQ(texts, (TextChunks{{"key", "value"}, {"more", "words"}}));
}

TEST(OddPng, TheFirstIntactOrientationCounts) {
  const auto exif = [](char orientation, bool intact = true) {
    return chunk("eXIf",
                 "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + orientation + "\0\0\0\0\0\0\0"s,
                 intact);
  };
  const PngParts png("rgb8.png");
  const auto orientation = [&](const Bytes& before, const Bytes& behind) {
    return png_exif(png.with_chunk(before, behind)).orientation;
  };
  EXPECT_EQ(orientation({}, {}), 1);
  EXPECT_EQ(orientation(exif(6), {}), 6);
  EXPECT_EQ(orientation({}, exif(6)), 6);
  EXPECT_EQ(orientation(exif(6), exif(3)), 6);
  EXPECT_EQ(orientation(exif(6, false), exif(3)), 3);
  EXPECT_EQ(orientation(chunk("eXIf", "garbage"), {}), 1);
}

TEST(OddPng, PalettesThatNoPixelNames) {
  const PngParts png("rgb8.png");
  EXPECT_EQ(outcome(png.with_chunk(chunk("PLTE", "four"), {}), "rgb8.png"), "same");
  const Bytes one_bit = picture("palette1.png");
  const size_t at = 8 + 25;  // the palette: 2 colours
  const std::string colours(reinterpret_cast<const char*>(one_bit.data() + at + 8), 6);
  EXPECT_EQ(outcome(joined({part(one_bit, 0, at), chunk("PLTE", colours + std::string(30, 'x')),
                            part(one_bit, at + 18, one_bit.size())}),
                    "palette1.png"),
            "same");
}

TEST(OddPng, ChunksWithPixelsStayStrict) {
  const std::string name = "rgb8.png";
  const PngParts png(name);
  const std::string data(reinterpret_cast<const char*>(png.pixels.data() + 8),
                         png.pixels.size() - 12);
  const auto with_pixels = [&](const Bytes& pixels) {
    return outcome(joined({png.head, pixels, png.end}), name);
  };
  const std::string first = data.substr(0, 40);
  const std::string second = data.substr(40);
  EXPECT_EQ(with_pixels(joined({chunk("IDAT", first), chunk("IDAT", second)})), "same");
  EXPECT_EQ(with_pixels(joined({chunk("IDAT", first), chunk("tEXt", "a"), chunk("IDAT", second)})),
            "same");
  EXPECT_THAT(with_pixels(chunk("IDAT", data, false)), HasSubstr("checksum"));
  EXPECT_THAT(with_pixels(joined({chunk("IDAT", first), chunk("IDAT", second, false)})),
              HasSubstr("checksum"));
  EXPECT_THAT(with_pixels(chunk("IDAT", first)), HasSubstr("ends too early"));
  EXPECT_THAT(with_pixels({}), HasSubstr("odd: "));
  EXPECT_THAT(outcome(png.with_chunk(chunk("ABCD", ""), {}), name), HasSubstr("unknown critical"));
  EXPECT_THAT(outcome(png.with_chunk({}, chunk("ABCD", "")), name), HasSubstr("unknown critical"));
  for (const size_t missing : {1, 4, 5, 20}) {
    EXPECT_THAT(outcome(joined({png.head, without_last(png.pixels, missing)}), name),
                HasSubstr("ends too early"));
  }
}

TEST(OddBmp, RunsWithoutTheirEndCode) {
  for (const std::string& name : {"rle8.bmp"s, "rle4.bmp"s}) {
    const Bytes bmp = picture(name);
    EXPECT_EQ(outcome(joined({bmp, bytes_of("junk")}), name), "same");
  }
  const Bytes rle4 = picture("rle4.bmp");  // ends in: a line's end, the picture's end
  EXPECT_EQ(outcome(without_last(rle4, 2), "rle4.bmp"), "same");
  EXPECT_EQ(outcome(without_last(rle4, 3), "rle4.bmp"), "same");
  EXPECT_EQ(outcome(without_last(rle4, 4), "rle4.bmp"), "same");
  EXPECT_THAT(outcome(without_last(rle4, 6), "rle4.bmp"), HasSubstr("ends too early"));
}

/// One pixel of 16 or 32 bits with these masks; without any, uncompressed.
Bytes one_pixel(int bits, uint32_t header, std::vector<uint32_t> masks, uint32_t value) {
  const size_t mask_bytes = header == 40 ? 4 * masks.size() : 0;
  Bytes bmp(14 + header + mask_bytes + 4);
  const auto put = [&](size_t at, uint32_t number) { std::memcpy(bmp.data() + at, &number, 4); };
  bmp[0] = std::byte{'B'};
  bmp[1] = std::byte{'M'};
  put(10, static_cast<uint32_t>(bmp.size() - 4));
  put(14, header);
  put(18, 1);
  put(22, 1);
  put(26, 1 | static_cast<uint32_t>(bits) << 16);
  put(30, masks.empty() ? 0 : 3);
  for (size_t i = 0; i < masks.size(); ++i) put(54 + 4 * i, masks[i]);
  put(bmp.size() - 4, value);
  return bmp;
}

TEST(OddBmp, MasksOfAnyWidthAndPlace) {
  struct Case {
    int bits;
    std::vector<uint32_t> masks;
    uint32_t value;
    Rgb expected;
  };
  // From cv2.imdecode with a header of 108 bytes, but for 16 bits other than 555 and 565, which it
  // refuses: those are value * 255 / largest, cut.
  const std::vector<Case> cases = {
      {32, {0x3FF00000, 0xFFC00, 0x3FF}, 0xA1B2C3D7, {134, 43, 245}},
      {32, {0x3FF00000, 0xFFC00, 0x3FF}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0xFF, 0xFF00, 0xFF0000}, 0xA1B2C3D7, {215, 195, 178}},
      {32, {0xFF, 0xFF00, 0xFF0000}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0xF8000000, 0x7E00000, 0x1F0000}, 0xA1B2C3D7, {164, 52, 148}},
      {32, {0xF8000000, 0x7E00000, 0x1F0000}, 0xFFFFFFFF, {255, 254, 255}},
      {32, {0xFFF00000, 0xFFF00, 0xFF}, 0xA1B2C3D7, {161, 44, 215}},
      {32, {0xFFF00000, 0xFFF00, 0xFF}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0xFFFF0000, 0xFFF0, 0xF}, 0xA1B2C3D7, {161, 195, 119}},
      {32, {0xFFFF0000, 0xFFF0, 0xF}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0x4, 0x2, 0x1}, 0xA1B2C3D7, {255, 255, 255}},
      {32, {0x4, 0x2, 0x1}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0xF00, 0xF0, 0xF}, 0xA1B2C3D7, {51, 221, 119}},
      {32, {0xF00, 0xF0, 0xF}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0xFF00FF00, 0xF0F, 0xF0}, 0xA1B2C3D7, {161, 51, 221}},
      {32, {0xFF00FF00, 0xF0F, 0xF0}, 0xFFFFFFFF, {255, 254, 255}},
      {32, {0x3FF00000, 0x1FF00000, 0x3FF}, 0xA1B2C3D7, {134, 13, 245}},
      {32, {0x3FF00000, 0x1FF00000, 0x3FF}, 0xFFFFFFFF, {255, 255, 255}},
      {32, {0x0, 0x0, 0x0}, 0xA1B2C3D7, {178, 195, 215}},
      {32, {0x0, 0x0, 0x0}, 0xFFFFFFFF, {255, 255, 255}},
      {16, {0x0F00, 0x00F0, 0x000F}, 0x0F81, {255, 136, 17}},
      {16, {0x001F, 0x07E0, 0xF800}, 0xFFFF, {255, 254, 255}},
      {16, {0xFF80, 0x0070, 0x000F}, 0x8035, {127, 109, 85}},
  };
  for (const Case& one : cases) {
    for (const uint32_t header : {40U, 52U, 56U, 108U, 124U}) {
      const Image image = decode(one_pixel(one.bits, header, one.masks, one.value), {}, "masks");
      const Rgb found{image.data()[0], image.data()[1], image.data()[2]};
      EXPECT_EQ(found, one.expected)
          << std::hex << one.value << " with " << one.masks[0] << ", header of " << std::dec
          << header << ": " << int{found.r} << ' ' << int{found.g} << ' ' << int{found.b};
    }
  }
}

Bytes with_riff_size(Bytes webp) {
  const auto size = static_cast<uint32_t>(webp.size() - 8);
  std::memcpy(webp.data() + 4, &size, sizeof(size));
  return webp;
}

TEST(OddWebp, ChunksWithoutPixelsDecideNothing) {
  const std::string name = "exif6.webp";
  const Bytes webp = picture(name);
  const Bytes upright = picture("exif6.webp.rgb");
  const std::string text(reinterpret_cast<const char*>(webp.data()), webp.size());
  const size_t exif = text.find("EXIF", 30);  // behind the pixels
  ASSERT_NE(exif, std::string::npos);
  const ReadOptions as_stored{.apply_exif_orientation = false};
  const Image expected = decode(webp, as_stored);
  const auto is_same = [&](const Bytes& bytes) {
    const Image image = decode(bytes, as_stored, "odd");
    return image.width() == expected.width() &&
           std::equal(image.data(), image.data() + image.bytes(), expected.data());
  };
  Bytes garbage = webp;
  std::fill(garbage.begin() + static_cast<ptrdiff_t>(exif) + 8, garbage.end(), std::byte{'?'});
  EXPECT_TRUE(is_same(garbage));
  Bytes too_long = webp;
  too_long[exif + 6] = std::byte{1};
  EXPECT_TRUE(is_same(too_long));
  EXPECT_TRUE(is_same(with_riff_size(part(webp, 0, exif))));
  EXPECT_TRUE(is_same(with_riff_size(joined({webp, bytes_of("XMP \x05\0\0\0abc"s)}))));
  EXPECT_TRUE(is_same(with_riff_size(joined({webp, bytes_of("abcd\x04\0\0\0abcd"s)}))));
  EXPECT_TRUE(is_same(joined({webp, bytes_of("junk")})));
}

TEST(OddTiff, TagsThatDecideNothing) {
  // A directory of one entry more, behind the file that it was copied from.
  const std::string name = "rgb8.tif";
  const Bytes tiff = picture(name);
  const size_t directory = load_u32(tiff, 4);
  const size_t entries = load_u16(tiff, directory);
  const auto with_entry = [&](uint16_t tag, uint16_t type, uint32_t count, uint32_t value) {
    Bytes entry(12);
    std::memcpy(entry.data(), &tag, 2);
    std::memcpy(entry.data() + 2, &type, 2);
    std::memcpy(entry.data() + 4, &count, 4);
    std::memcpy(entry.data() + 8, &value, 4);
    size_t place = directory + 2;
    while (place < directory + 2 + 12 * entries && load_u16(tiff, place) < tag) place += 12;
    Bytes out = joined({tiff, part(tiff, directory, place), entry,
                        part(tiff, place, directory + 2 + 12 * entries), Bytes(4)});
    const auto at = static_cast<uint32_t>(tiff.size());
    std::memcpy(out.data() + 4, &at, 4);
    const auto number = static_cast<uint16_t>(entries + 1);
    std::memcpy(out.data() + at, &number, 2);
    return out;
  };
  constexpr uint32_t outside = 99999999;
  for (const auto& [tag, type, count, value] :
       std::vector<std::tuple<uint16_t, uint16_t, uint32_t, uint32_t>>{{60000, 2, 4, 0x636261},
                                                                       {60000, 99, 4, 0},
                                                                       {60000, 2, 4000, outside},
                                                                       {60000, 2, 0xFFFFFFFF, 8},
                                                                       {34665, 4, 1, outside},
                                                                       {34853, 4, 1, outside},
                                                                       {34675, 7, 5000, outside},
                                                                       {700, 1, 5000, outside},
                                                                       {270, 2, 5000, outside},
                                                                       {270, 2, 4, 0x64636261},
                                                                       {282, 5, 1, outside},
                                                                       {330, 4, 1, outside},
                                                                       {34377, 1, 9999, outside}}) {
    EXPECT_EQ(outcome(with_entry(tag, type, count, value), name), "same") << tag << ' ' << type;
  }
}

}  // namespace
}  // namespace dpt::image
