// Depth files of other programs and of ours, and what is said of damaged ones. Every layout is in
// tests/cli/depth_files_test.py.
#include "image/codec/read_depth.h"

#include <gmock/gmock.h>

#include "image/codec/write.h"
#include "test_files.h"

namespace dpt::image {
namespace {

using testing::HasSubstr;

TEST(ReadDepth, FilesOfOtherPrograms) {
  const Plane values = npy_file<float>("image/depth/values.npy");
  for (const char* name :
       {"values.npy", "values64.npy", "values_batch.npy", "values.npz", "values_packed.npz",
        "values.exr", "values.pfm", "values.tif", "values_pil.tif"}) {
    EXPECT_TRUE(same(read_depth(data_file(std::string("image/depth/") + name)).values, values))
        << name;
  }
  EXPECT_EQ(npy_file<uint8_t>("image/depth/labels.npy").width(), values.width());
  EXPECT_EQ(npy_file<uint16_t>("image/depth/labels16.npy").height(), values.height());
}

TEST(ReadDepth, PngGivesCodes) {
  const DepthFile file = read_depth(data_file("image/pictures/gray16.png"));
  const GrayPng png = decode_png_gray(data_bytes("image/pictures/gray16.png"));
  EXPECT_EQ(file.values.at(3, 2), static_cast<float>(png.pixels.at(3, 2)));
  // Two bits: the codes themselves, not spread over 8 bits.
  const GrayPng small = decode_png_gray(data_bytes("image/pictures/gray2.png"));
  EXPECT_LE(*std::max_element(small.pixels.span().begin(), small.pixels.span().end()), 3);
}

TEST(ReadDepth, TextOfEveryKind) {
  std::string words;
  for (int i = 0; i < 40; ++i) words += "word ";
  const GrayPng png = decode_png_gray(data_bytes("image/depth/text.png"));
  EXPECT_EQ(png.text,
            (TextChunks{{"plain", "0.5"}, {"packed", words}, {"international", "M\xC3\xA8tre"}}));
}

TEST(ReadDepth, NamesWhatIsWrong) {
  const auto pfm = [](std::string_view text) {
    return input_error([&] { decode_pfm(bytes_of(text), "f.pfm"); });
  };
  EXPECT_THAT(pfm("P5\n1 1\n-1\nabcd"), HasSubstr("begins with \"P5\", expected a grey PFM"));
  EXPECT_THAT(pfm("PF\n1 1\n-1\nabcdefghijkl"), HasSubstr("whose channels differ"));
  EXPECT_THAT(pfm("PF\n1 1\n-1\nabcd"), HasSubstr("expected 12 bytes of numbers, found 4"));
  EXPECT_THAT(pfm("Pf\n1 x\n-1\nabcd"), HasSubstr("header is damaged"));
  EXPECT_THAT(pfm("Pf\n1 1\n0\nabcd"), HasSubstr("header is damaged"));
  EXPECT_THAT(pfm("Pf\n1 1\n-1\nabc"), HasSubstr("expected 4 bytes of numbers, found 3"));
  EXPECT_THAT(pfm("Pf\n65500 65500\n-1\nabc"), HasSubstr("the limit is"));

  const auto npy = [](std::string header) {
    std::string text("\x93NUMPY\x01\x00", 8);
    text += static_cast<char>(header.size());
    text += '\0';
    return input_error([&] { decode_npy(bytes_of(text + header), "f.npy"); });
  };
  EXPECT_THAT(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1), }"),
              HasSubstr("holds elements of type '<c8', expected"));
  EXPECT_THAT(npy("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1, 1), }"),
              HasSubstr("neither True nor False"));
  EXPECT_THAT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0, 5), }"),
              HasSubstr("shape is (3, 0, 5), expected (height, width)"));
  EXPECT_THAT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"),
              HasSubstr("shape is (0,)"));
  EXPECT_THAT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, -1), }"),
              HasSubstr("shape is (3, -1), expected (height, width)"));
  // The product of the extents does not fit into 64 bits.
  EXPECT_THAT(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
              HasSubstr("ends too early"));
  EXPECT_THAT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 4), }"),
              HasSubstr("expected 80 bytes of numbers for (5, 4) of float32, found 0"));
  EXPECT_THAT(npy("{'fortran_order': False, 'shape': (5, 4), }"), HasSubstr("has no 'descr'"));

  EXPECT_THAT(input_error([] { decode_png_gray(data_bytes("image/pictures/rgb8.png"), "f"); }),
              HasSubstr("colour type 2, expected grey or palette"));
  EXPECT_THAT(input_error([] { decode_tiff_depth(data_bytes("image/pictures/rgb8.tif"), "f"); }),
              HasSubstr("3 unsigned samples of 8 bits a pixel, expected 1 float"));
  EXPECT_THAT(input_error([] { read_depth(data_file("image/make_fixtures.py")); }),
              HasSubstr("expected PFM, NPY, NPZ, EXR, PNG or TIFF"));
}

TEST(ReadDepth, OurOwnArchivesAndExr) {
  const Plane values = npy_file<float>("image/depth/values.npy");
  const TextChunks text = depth_text(relative_unit, "a model \xC3\xA9");
  const TextChunks plain = {{"unit", "relative inverse depth"}, {"model", "a model ??"}};
  const DepthFile npz = decode_npz(encode_npz("depth", encode_npy(values), text));
  EXPECT_TRUE(same(npz.values, values));
  EXPECT_EQ(npz.text, plain);
  EXPECT_EQ(decode_tiff_depth(encode_tiff(values, TiffCompression::none, text)).text, plain);
  const DepthFile exr = decode_exr(encode_exr(values, {.channel = "Z", .text = {{"unit", "m"}}}));
  EXPECT_TRUE(same(exr.values, values));
  EXPECT_THAT(exr.text, testing::Contains(std::pair<std::string, std::string>("unit", "m")));
}

TEST(ReadDepth, RefusesOtherArchivesAndExr) {
  const Plane values = npy_file<float>("image/depth/values.npy");
  Bytes npz = encode_npz("depth", encode_npy(values));
  EXPECT_THAT(input_error([&] { decode_npz(std::span(npz).first(npz.size() - 30), "f"); }),
              HasSubstr("f: the NPZ file has no directory"));
  EXPECT_THAT(input_error([] { decode_npz(encode_npz("a", bytes_of("no array"))); }),
              HasSubstr("is no NPY file"));
  const size_t directory = npz.size() - 22 - 46 - std::string_view("depth.npy").size();
  npz[directory + 10] = std::byte{12};
  EXPECT_THAT(input_error([&] { decode_npz(npz, "f"); }),
              HasSubstr("f: NPZ with compression 12, expected none or deflate"));
  Bytes exr = encode_exr(values);
  EXPECT_THAT(input_error([&] { decode_exr(std::span(exr).first(100), "f"); }),
              HasSubstr("f: the OpenEXR file's header is damaged"));
  exr[5] = std::byte{0x10};
  EXPECT_THAT(input_error([&] { decode_exr(exr, "f"); }), HasSubstr("expected one part"));
  exr[5] = std::byte{0};
  exr.resize(exr.size() - 40);
  EXPECT_THAT(input_error([&] { decode_exr(exr, "f"); }),
              HasSubstr("f: cannot decode the OpenEXR file: "));
}

TEST(ReadDepth, LabelsAreWholeNumbers) {
  const Plane values = npy_file<float>("image/depth/values.npy");
  EXPECT_THAT(input_error([&] { decode_npy_labels(encode_npy(values), "f"); }),
              HasSubstr("f: NPY of float32, expected labels of an integer type"));
  const auto labels = npy_file<uint16_t>("image/depth/labels16.npy");
  EXPECT_TRUE(same(decode_npy_labels(encode_npy(labels)), labels));
}

TEST(Origin, FilesOfOursSayWhatTheyAre) {
  EXPECT_EQ(content_of(depth_text(relative_unit, "m")), Content::depth);
  EXPECT_EQ(describe(depth_text(metre_unit, "m")), "depth in metres by dpt (m)");
  EXPECT_EQ(describe(content_text(Content::mask, {})), "a mask by dpt");
  EXPECT_EQ(content_of(content_text(Content::comparison, {})), Content::comparison);
  // Others' files may have texts of these names.
  EXPECT_EQ(content_of({{"unit", "metre"}}), std::nullopt);
  EXPECT_EQ(content_of({{"unit", "mm"}, {"model", "m"}}), std::nullopt);
  EXPECT_EQ(content_of({{"content", "depth"}, {"Software", "another"}}), std::nullopt);
  expect_content({{"content", "labels"}}, Content::depth, "f");
  EXPECT_THAT(
      input_error([] { expect_content(content_text(Content::labels, "m"), Content::depth, "f"); }),
      "f: is labels by dpt (m), expected depth");
}

}  // namespace
}  // namespace dpt::image
