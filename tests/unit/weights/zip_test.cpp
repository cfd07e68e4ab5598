#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "weights/torch/zip_directory.h"

namespace dpt::weights {
namespace {

using testing::HasSubstr;

std::map<std::string, std::string> read(const std::string& bytes) {
  const Source source{"a.pt", std::as_bytes(std::span(bytes))};
  std::map<std::string, std::string> members;
  for (const auto& [name, data] : read_zip_directory(source)) {
    members[name] = std::string(Source{{}, data}.text());
  }
  return members;
}

std::string error_for(const std::string& bytes) {
  return error_of([&] { read(bytes); });
}

const ZipArchive two{{{"m/one", "first"}, {"m/two", "second!"}}};

std::string with_byte(std::string bytes, size_t position, char value) {
  bytes[position] = value;
  return bytes;
}

// Offsets in the archive above.
constexpr size_t local_one = 0;
constexpr size_t local_two = 30 + 5 + 5;
constexpr size_t central_one = local_two + 30 + 5 + 7;
constexpr size_t central_two = central_one + 46 + 5;
constexpr size_t end_record = central_two + 46 + 5;

TEST(Zip, ReadsMembersWithAndWithoutZip64) {
  const std::map<std::string, std::string> expected{{"m/one", "first"}, {"m/two", "second!"}};
  EXPECT_EQ(read(two.bytes()), expected);
  ZipArchive large = two;
  large.zip64 = true;
  EXPECT_EQ(read(large.bytes()), expected);
}

TEST(Zip, SizesMayFollowTheDataWhereTheFlagSaysSo) {
  ZipArchive archive{{{"m/one", "first", 1U << 3}}};
  std::string bytes = archive.bytes();
  for (size_t i = 18; i < 26; ++i) bytes[i] = '\0';
  EXPECT_EQ(read(bytes).at("m/one"), "first");
  bytes[6] = '\0';  // the flag, in the local header and in the directory
  bytes[40 + 8] = '\0';
  EXPECT_THAT(error_for(bytes), HasSubstr("local header at byte 0 contradicts"));
}

TEST(Zip, EndRecord) {
  const std::string bytes = two.bytes();
  const char* const missing = "a.pt: the zip archive has no end record; the file is cut short";
  EXPECT_THAT(error_for(bytes.substr(0, bytes.size() - 1)), HasSubstr(missing));
  EXPECT_THAT(error_for(bytes + "x"), HasSubstr(missing));
  EXPECT_THAT(error_for("PK"), HasSubstr(missing));
  EXPECT_THAT(error_for(with_byte(bytes, end_record + 4, 1)), HasSubstr("several files"));
  EXPECT_THAT(error_for(with_byte(bytes, end_record + 8, 1)), HasSubstr("several files"));
  EXPECT_THAT(error_for(with_byte(bytes, end_record + 12, 1)),
              HasSubstr("does not end at byte 184, where its end record stands"));
  EXPECT_THAT(error_for(with_byte(with_byte(bytes, end_record + 8, 1), end_record + 10, 1)),
              HasSubstr("the zip directory ends at byte 133, expected 184"));
  EXPECT_THAT(error_for(with_byte(with_byte(bytes, end_record + 8, 9), end_record + 10, 9)),
              HasSubstr("9 members in 102 bytes"));
}

TEST(Zip, Zip64EndRecord) {
  ZipArchive archive = two;
  archive.zip64 = true;
  const std::string bytes = archive.bytes();
  const size_t locator = bytes.size() - 22 - 20;
  const size_t record = locator - 56;
  EXPECT_THAT(error_for(with_byte(bytes, locator + 9, 7)), HasSubstr("zip64 end record is not at"));
  EXPECT_THAT(error_for(with_byte(bytes, record, 'Q')), HasSubstr("zip64 end record is not at"));
  EXPECT_THAT(error_for(with_byte(bytes, record + 24, 1)), HasSubstr("contradict each other"));
  EXPECT_THAT(error_for(with_byte(bytes, record + 55, '\x7f')), HasSubstr("does not end at byte"));
}

TEST(Zip, Zip64Fields) {
  ZipArchive archive{{{"m/one", "first"}}};
  archive.zip64 = true;
  const std::string bytes = archive.bytes();
  EXPECT_THAT(error_for(with_byte(bytes, 30 + 5, 2)),
              HasSubstr("zip member m/one: its zip64 sizes are missing"));
  EXPECT_THAT(error_for(with_byte(bytes, 30 + 5 + 2, 8)), HasSubstr("zip64 sizes are missing"));
  EXPECT_THAT(error_for(with_byte(bytes, 30 + 5 + 2, 99)), HasSubstr("zip64 sizes are missing"));
}

TEST(Zip, DirectoryEntries) {
  const std::string bytes = two.bytes();
  EXPECT_THAT(error_for(with_byte(bytes, central_two, 'Q')),
              HasSubstr("expected an entry of the zip directory at byte 133"));
  EXPECT_THAT(error_for(with_byte(bytes, central_two + 28, 99)),
              HasSubstr("at byte 133 reaches beyond the directory"));
  EXPECT_THAT(error_for(ZipArchive{{{"m/one", "a"}, {"m/one", "b"}}}.bytes()),
              HasSubstr("two members named m/one"));
}

TEST(Zip, OnlyStoredMembers) {
  EXPECT_THAT(error_for(ZipArchive{{{"m/one", "x", 0, 8}}}.bytes()),
              HasSubstr("zip member m/one: is compressed (method 8)"));
  EXPECT_THAT(error_for(ZipArchive{{{"m/one", "x", 1, 0}}}.bytes()),
              HasSubstr("zip member m/one: is encrypted"));
  EXPECT_THAT(error_for(with_byte(two.bytes(), central_one + 24, 4)), HasSubstr("is compressed"));
}

TEST(Zip, LocalHeadersAgreeWithTheDirectory) {
  const std::string bytes = two.bytes();
  const char* const contradicts = "contradicts the zip directory";
  EXPECT_THAT(error_for(with_byte(bytes, local_one, 'Q')),
              HasSubstr("zip member m/one: expected its local header at byte 0"));
  EXPECT_THAT(error_for(with_byte(bytes, central_one + 44, 9)),
              HasSubstr("expected its local header at byte 589824"));
  EXPECT_THAT(error_for(with_byte(bytes, local_two + 8, 8)), HasSubstr(contradicts));
  EXPECT_THAT(error_for(with_byte(bytes, local_two + 6, 8)), HasSubstr(contradicts));
  EXPECT_THAT(error_for(with_byte(bytes, local_two + 22, 8)), HasSubstr(contradicts));
  EXPECT_THAT(error_for(with_byte(bytes, local_two + 30, 'n')), HasSubstr(contradicts));
  EXPECT_THAT(error_for(with_byte(bytes, local_two + 29, 9)), HasSubstr("reach beyond"));
}

TEST(Zip, MembersDoNotOverlap) {
  std::string bytes = two.bytes();
  bytes[local_one + 18] = bytes[local_one + 22] = 20;  // both sizes, both headers
  bytes[central_one + 20] = bytes[central_one + 24] = 20;
  EXPECT_THAT(error_for(bytes), HasSubstr("two members of the zip archive overlap at byte 40"));
}

}  // namespace
}  // namespace dpt::weights
