#include "weights/safetensors/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "weights/checkpoint.h"

namespace dpt::weights {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SafetensorsTest : public WeightsTest {
 protected:
  std::string error_for(const std::string& bytes) const {
    const fs::path path = write("a.safetensors", bytes);
    const std::string error = error_of([&] { open_checkpoint(path); });
    EXPECT_THAT(error, StartsWith(path.string() + ": "));
    return error;
  }
  /// A file of one tensor "w" with these fields and `size` bytes of data.
  std::string error_for_tensor(const std::string& fields, size_t size) const {
    return error_for(safetensors("{\"w\":{" + fields + "}}", std::string(size, '\0')));
  }
};

TEST_F(SafetensorsTest, ReadsTensorsAndMetadataWithoutCopying) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
      R"("a":{"dtype":"I64","shape":[],"data_offsets":[8,16]},)"
      R"("empty":{"dtype":"F16","shape":[0,3],"data_offsets":[8,8]}}   )";
  const auto file =
      open_checkpoint(write("a.bin", safetensors(header, floats({1.5F, -2}) + le<int64_t>(7))));
  EXPECT_EQ(file->metadata().at("format"), "pt");
  ASSERT_EQ(file->tensors().size(), 3U);
  EXPECT_EQ(values_of(file->tensors().at("b")), (std::vector<float>{1.5F, -2}));
  EXPECT_EQ(values_of<int64_t>(file->tensors().at("a")), std::vector<int64_t>{7});
  EXPECT_EQ(file->tensors().at("b").shape, (Shape{2, 1}));
  EXPECT_EQ(file->tensors().at("empty").bytes(), 0U);
  file->release(file->tensors().at("b"));
  EXPECT_EQ(values_of(file->tensors().at("b")), (std::vector<float>{1.5F, -2}));
}

TEST_F(SafetensorsTest, AnEmptyHeaderIsAFileWithoutTensors) {
  EXPECT_TRUE(open_checkpoint(write("a.safetensors", safetensors("{}", "")))->tensors().empty());
}

TEST_F(SafetensorsTest, EveryElementType) {
  const std::pair<const char*, size_t> types[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2},
                                                  {"I64", 8}, {"I32", 4}, {"I16", 2}, {"I8", 1},
                                                  {"U8", 1},  {"BOOL", 1}};
  for (const auto& [type, size] : types) {
    const auto header = fmt::format(R"({{"w":{{"dtype":"{}","shape":[3],"data_offsets":[0,{}]}}}})",
                                    type, 3 * size);
    const auto file =
        open_checkpoint(write("a.safetensors", safetensors(header, std::string(3 * size, 'x'))));
    EXPECT_EQ(name_of(file->tensors().at("w").dtype), type);
  }
}

TEST_F(SafetensorsTest, HeaderLength) {
  EXPECT_THAT(error_for("abc"), HasSubstr("begins with an 8-byte header length; the file has 3"));
  EXPECT_THAT(error_for(""), HasSubstr("the file has 0 bytes"));
  EXPECT_THAT(error_for(le<uint64_t>(100'000'001) + "{}"),
              HasSubstr("header has 100000001 bytes by its length field, more than the limit"));
  EXPECT_THAT(error_for(le<uint64_t>(~uint64_t{0}) + "{}"), HasSubstr("more than the limit"));
  EXPECT_THAT(error_for(le<uint64_t>(3) + "{}"),
              HasSubstr("header has 3 bytes by its length field, but only 2 follow"));
  EXPECT_THAT(error_for(le<uint64_t>(0)), HasSubstr("does not begin with '{'"));
  EXPECT_THAT(error_for(safetensors(" {}", "")), HasSubstr("does not begin with '{'"));
}

TEST_F(SafetensorsTest, HeaderIsJson) {
  EXPECT_THAT(error_for(safetensors("{\"w\":", "")), HasSubstr("not valid JSON in UTF-8 (byte"));
  EXPECT_THAT(error_for(safetensors("{} x", "")), HasSubstr("not valid JSON in UTF-8"));
  EXPECT_THAT(error_for(safetensors("{\"\xff\":{}}", "")), HasSubstr("not valid JSON in UTF-8"));
  EXPECT_THAT(error_for(safetensors("{\"w\":1}", "")),
              HasSubstr("expected an object for w, found the number 1"));
  EXPECT_THAT(error_for(safetensors("{\"w\":[[[[[[", "")),
              HasSubstr("expected an object for w, found a list"));
  EXPECT_THAT(error_for(safetensors("{\"w\":{\"shape\":[[", "")),
              HasSubstr("tensor w: expected non-negative integers as shape, found a list"));
  EXPECT_THAT(error_for(safetensors("{\"w\":{\"dtype\":{", "")),
              HasSubstr("tensor w: expected a text for field dtype, found an object"));
  EXPECT_THAT(error_for(safetensors("{\"w\":null}", "")), HasSubstr("found null"));
}

TEST_F(SafetensorsTest, NamesAndFieldsAreUnique) {
  const std::string w = R"("w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
  EXPECT_THAT(error_for(safetensors("{" + w + "," + w + "}", "")), HasSubstr("duplicate name w"));
  EXPECT_THAT(error_for(safetensors(R"({"__metadata__":{"a":"1","a":"2"}})", "")),
              HasSubstr("__metadata__: duplicate key a"));
  EXPECT_THAT(error_for(safetensors(R"({"__metadata__":{},"__metadata__":{}})", "")),
              HasSubstr("duplicate name __metadata__"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","dtype":"F32")", 0),
              HasSubstr("tensor w: duplicate field dtype"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","strides":[1])", 0),
              HasSubstr("tensor w: unknown field strides"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[0])", 0),
              HasSubstr("tensor w: field data_offsets is missing"));
}

TEST_F(SafetensorsTest, MetadataIsText) {
  EXPECT_THAT(error_for(safetensors(R"({"__metadata__":{"epoch":3}})", "")),
              HasSubstr("__metadata__: expected a text for key epoch, found the number 3"));
  EXPECT_THAT(error_for(safetensors(R"({"__metadata__":{"a":{"b":"c"}}})", "")),
              HasSubstr("__metadata__: expected a text for key a, found an object"));
  EXPECT_THAT(error_for(safetensors(R"({"__metadata__":"x"})", "")),
              HasSubstr("expected an object for __metadata__, found the text \"x\""));
}

TEST_F(SafetensorsTest, ElementTypes) {
  EXPECT_THAT(error_for_tensor(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])", 1),
              HasSubstr("tensor w: unsupported element type F8_E4M3 (supported: F64, F32"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"X9","shape":[1],"data_offsets":[0,1])", 1),
              HasSubstr("tensor w: unknown element type X9"));
}

TEST_F(SafetensorsTest, Shapes) {
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])", 4),
              HasSubstr("tensor w: expected non-negative integers as shape, found the number -1"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])", 4),
              HasSubstr("found the number 1.0"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[99999999999999999999],)", 4),
              HasSubstr("found the number 99999999999999999999"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[9223372036854775808],)", 4),
              HasSubstr("found the number 9223372036854775808"));
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":["1"],"data_offsets":[0,4])", 4),
              HasSubstr("found the text \"1\""));
  EXPECT_THAT(
      error_for_tensor(R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])", 4),
      HasSubstr("tensor w: has 9 dimensions, more than the limit of 8"));
  std::string ones = "1";
  for (int i = 0; i < 100; ++i) ones += ",1";
  EXPECT_THAT(error_for_tensor(R"("dtype":"F32","shape":[)" + ones + "]", 4),
              HasSubstr("tensor w: has too many dimensions"));
  EXPECT_THAT(
      error_for_tensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])", 4),
      HasSubstr("tensor w: shape [4294967296, 4294967296] is too large"));
}

TEST_F(SafetensorsTest, Offsets) {
  const auto with = [&](const std::string& offsets, size_t size) {
    return error_for_tensor(R"("dtype":"F32","shape":[2],"data_offsets":)" + offsets, size);
  };
  EXPECT_THAT(with("[0]", 8), HasSubstr("tensor w: expected two data offsets, found 1"));
  EXPECT_THAT(with("[0,4,8]", 8), HasSubstr("expected two non-negative integers as data offsets"));
  EXPECT_THAT(with("[0,-8]", 8), HasSubstr("expected two non-negative integers"));
  EXPECT_THAT(with("[8,0]", 8), HasSubstr("data offsets [8, 0] end before they begin"));
  EXPECT_THAT(with("[0,8]", 7),
              HasSubstr("data offsets [0, 8] reach beyond the 7 bytes of data; the file is cut"));
  EXPECT_THAT(with("[0,18446744073709551615]", 8), HasSubstr("reach beyond"));
  EXPECT_THAT(
      with("[0,4]", 4),
      HasSubstr("tensor w: F32 of shape [2] takes 8 bytes, but data offsets [0, 4] span 4"));
  EXPECT_THAT(with("[0,8]", 9), HasSubstr("1 bytes of data belong to no tensor"));
  EXPECT_THAT(with("[1,9]", 9), HasSubstr("tensor w: its data begins at byte 1, leaving a hole"));
}

TEST_F(SafetensorsTest, OverlapsAndHolesBetweenTensors) {
  const auto two = [&](int begin, size_t size) {
    return error_for(
        safetensors(fmt::format(R"({{"v":{{"dtype":"U8","shape":[4],"data_offsets":[{},{}]}},)"
                                R"("w":{{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}}})",
                                begin, begin + 4),
                    std::string(size, '\0')));
  };
  EXPECT_THAT(two(2, 6), HasSubstr("tensor v: its data begins at byte 2, overlapping"));
  EXPECT_THAT(two(0, 4), HasSubstr("overlapping"));
  EXPECT_THAT(two(5, 9), HasSubstr("tensor v: its data begins at byte 5, leaving a hole"));
}

}  // namespace
}  // namespace dpt::weights
