#include "image/codec/numpy/npy_tensor.h"

#include <gmock/gmock.h>

#include <cstring>
#include <numeric>
#include <string>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/numpy/npy_header.h"
#include "support/temporary_folder.h"

namespace dpt::image {
namespace {

using test::error_of;
using test::TemporaryFolder;
using testing::ElementsAre;

Bytes bytes_of(std::string_view text) {
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

TEST(NpyTensor, OfAnyRankRoundTrips) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "a.npy";
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{1, 3, 2, 4}, Shape{1, 1, 1, 1, 1, 1, 1, 2}}) {
    std::vector<float> values(static_cast<size_t>(shape.elements()));
    std::iota(values.begin(), values.end(), -1.5F);
    write_file(path, encode_npy_tensor(shape, values));
    const NpyTensor tensor = read_npy_tensor(path);
    EXPECT_EQ(tensor.shape, shape);
    EXPECT_EQ(std::vector<float>(tensor.values.begin(), tensor.values.end()), values);
  }
}

/// As numpy writes it: one extent has a comma, the data begins at a multiple of 64.
TEST(NpyTensor, HasNumpysHeader) {
  const Bytes bytes = encode_npy_tensor({3}, std::vector<float>(3));
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(text.substr(10, 58), "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } ");
  EXPECT_EQ(text[127], '\n');
  EXPECT_EQ(text.size(), 128U + 12U);
}

TEST(NpyTensor, RefusesWhatItDoesNotHold) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "a.npy";
  const std::vector<float> values(6);
  const Bytes good = encode_npy_tensor({2, 3}, values);
  const auto error = [&](const Bytes& bytes) {
    write_file(path, bytes);
    const std::string text = error_of<Error>([&] { (void)read_npy_tensor(path); });
    const std::string name = path.string() + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  };
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text(reinterpret_cast<const char*>(good.data()), good.size());
    text.replace(text.find(from), from.size(), to);
    return bytes_of(text);
  };
  const std::string shape_limits = ": expected up to 8 extents and 2147483648 elements";
  EXPECT_EQ(error(good), "no error");
  EXPECT_EQ(error(bytes_of("hello, world")), "is no NPY file of version 1 or 2");
  EXPECT_EQ(error(with("NUMPY\x01", "NUMPY\x03")), "is no NPY file of version 1 or 2");
  EXPECT_EQ(error({good.begin(), good.begin() + 20}),
            "the NPY header of 118 bytes is longer than the file");
  EXPECT_EQ(error(with("'<f4'", "'<f8'")),
            "NPY elements of another type, expected '<f4' (float32)");
  EXPECT_EQ(error(with("False,", "True, ")), "NPY in Fortran order, expected C order");
  EXPECT_EQ(error(with("'descr'", "'disco'")), "the NPY header has no 'descr'");
  EXPECT_EQ(error(with("(2, 3)", "(2, 0)")), "NPY shape (2, 0)" + shape_limits);
  EXPECT_EQ(error(with("(2, 3)", "(2,-3)")), "NPY shape (2,-3)" + shape_limits);
  EXPECT_EQ(error(with("(2, 3), }     ", "(99999,99999)}")),
            "NPY shape (99999,99999)" + shape_limits);
  EXPECT_EQ(error(with("(2, 3)", "(2, 4)")),
            "24 bytes of NPY data, expected 32 for the shape [2, 4]");
}

TEST(NpyHeader, ExtentsAreWholeNumbers) {
  EXPECT_THAT(*npy_extents("(2, 3), }"), ElementsAre(2, 3));
  EXPECT_THAT(*npy_extents("(7L,)"), ElementsAre(7));
  EXPECT_THAT(*npy_extents("()"), ElementsAre());
  for (const char* text : {"", "2, 3", "(2, 3", "(a)", "(-1,)", "(1, , 2)",
                           "(99999999999999999999,)", "(1,1,1,1,1,1,1,1,1)"}) {
    EXPECT_FALSE(npy_extents(text)) << text;
  }
}

}  // namespace
}  // namespace dpt::image
