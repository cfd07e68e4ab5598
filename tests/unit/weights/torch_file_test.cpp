// The two containers of torch.save, and how files are told apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "weights/checkpoint.h"

namespace dpt::weights {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TorchFileTest : public WeightsTest {
 protected:
  std::string error_for(const std::string& bytes, const char* name = "a.pt") const {
    const fs::path path = write(name, bytes);
    const std::string error = error_of([&] { open_checkpoint(path); });
    EXPECT_THAT(error, StartsWith(path.string() + ": "));
    return error;
  }
};

std::string object(const char* type = "FloatStorage", int32_t count = 2) {
  return pickled::program(
      pickled::dict({{"w", pickled::tensor(pickled::storage(type, "0", count), 0, {count}, {1})}}));
}

TEST_F(TorchFileTest, ZipMembers) {
  const std::string data = floats({1, 2});
  const auto archive = [](std::vector<ZipArchive::Member> members) {
    return ZipArchive{std::move(members)}.bytes();
  };
  EXPECT_EQ(open_checkpoint(write("a", archive({{"x/data.pkl", object()}, {"x/data/0", data}})))
                ->tensors()
                .size(),
            1U);
  EXPECT_THAT(
      error_for(archive({{"x/other", ""}})),
      HasSubstr("is a zip archive, but not one of PyTorch: it has no member NAME/data.pkl"));
  EXPECT_THAT(error_for(archive({{"/data.pkl", object()}})), HasSubstr("no member NAME/data.pkl"));
  EXPECT_THAT(error_for(archive({{"a/b/data.pkl", object()}})), HasSubstr("no member NAME"));
  EXPECT_THAT(error_for(archive({{"x/data.pkl", object()}, {"y/data.pkl", object()}})),
              HasSubstr("the zip archive has two objects, x/data.pkl and y/data.pkl"));
  EXPECT_THAT(error_for(archive({{"x/data.pkl", object()}, {"x/byteorder", "big"}})),
              HasSubstr("byte order big, expected little"));
  EXPECT_THAT(error_for(archive({{"x/data.pkl", ""}})),
              HasSubstr("x/data.pkl: byte 0: expected a pickle of protocol 2 or above"));
}

TEST_F(TorchFileTest, EveryElementType) {
  const std::pair<const char*, DType> types[] = {
      {"DoubleStorage", DType::f64},    {"FloatStorage", DType::f32}, {"HalfStorage", DType::f16},
      {"BFloat16Storage", DType::bf16}, {"LongStorage", DType::i64},  {"IntStorage", DType::i32},
      {"ShortStorage", DType::i16},     {"CharStorage", DType::i8},   {"ByteStorage", DType::u8},
      {"BoolStorage", DType::boolean}};
  for (const auto& [name, type] : types) {
    const std::string data(2 * size_of(type), 'x');
    const auto file = open_checkpoint(write("a.pt", torch_zip(object(name), {{"0", data}})));
    EXPECT_EQ(file->tensors().at("w").dtype, type) << name;
    EXPECT_EQ(file->tensors().at("w").bytes(), data.size()) << name;
  }
}

/// The parts of a legacy file, to be broken one at a time.
struct Legacy {
  std::string magic = pickled::program("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  std::string protocol = pickled::program("M" + le<uint16_t>(1001));
  std::string system = pickled::program(pickled::dict({{"little_endian", "\x88"}}));
  std::string state = object();
  std::string keys = pickled::program("](" + pickled::text("0") + "e");
  std::string storages = le<uint64_t>(2) + floats({1, 2});

  std::string bytes() const { return magic + protocol + system + state + keys + storages; }
};

TEST_F(TorchFileTest, ReadsLegacyFiles) {
  const auto file = open_checkpoint(write("a.pt", Legacy{}.bytes()));
  EXPECT_EQ(values_of(file->tensors().at("w")), (std::vector<float>{1, 2}));
}

TEST_F(TorchFileTest, LegacyHead) {
  const auto with = [&](std::string Legacy::*part, const std::string& value) {
    Legacy legacy;
    legacy.*part = value;
    return error_for(legacy.bytes());
  };
  EXPECT_THAT(
      with(&Legacy::magic, pickled::program("}")),
      HasSubstr("is a pickle, but not of PyTorch: it does not begin with the magic number"));
  EXPECT_THAT(with(&Legacy::protocol, pickled::program("M" + le<uint16_t>(1000))),
              HasSubstr("expected protocol version 1001 of torch.save, found 1000"));
  EXPECT_THAT(with(&Legacy::protocol, pickled::program("N")), HasSubstr("found None"));
  EXPECT_THAT(with(&Legacy::system, pickled::program("}")),
              HasSubstr("expected facts about the system with \"little_endian\""));
  EXPECT_THAT(with(&Legacy::system, pickled::program(pickled::dict({{"little_endian", "\x89"}}))),
              HasSubstr("byte order big, expected little"));
  EXPECT_THAT(with(&Legacy::state, pickled::program("cos\nsystem\n")),
              HasSubstr("asks for os.system"));
  EXPECT_THAT(with(&Legacy::state, "x"), HasSubstr("expected a pickle of protocol 2"));
}

TEST_F(TorchFileTest, LegacyStorages) {
  const auto with = [&](std::string Legacy::*part, const std::string& value) {
    Legacy legacy;
    legacy.*part = value;
    return error_for(legacy.bytes());
  };
  EXPECT_THAT(with(&Legacy::keys, pickled::program("}")),
              HasSubstr("expected the list of storage keys"));
  EXPECT_THAT(with(&Legacy::keys, pickled::program("](Ne")), HasSubstr("a storage key is no text"));
  EXPECT_THAT(with(&Legacy::keys, pickled::program("](" + pickled::text("1") + "e")),
              HasSubstr("storage 1 belongs to no tensor"));
  Legacy none;
  none.keys = pickled::program("]");
  none.storages = "";
  EXPECT_THAT(error_for(none.bytes()), HasSubstr("storage 0 is missing"));
  EXPECT_THAT(with(&Legacy::storages, "abc"), HasSubstr("storage 0: the file is cut short"));
  EXPECT_THAT(with(&Legacy::storages, le<uint64_t>(3) + floats({1, 2, 3})),
              HasSubstr("storage 0: has 3 elements at byte"));
  EXPECT_THAT(with(&Legacy::storages, le<uint64_t>(2) + floats({1})),
              HasSubstr("storage 0: 2 elements of 4 bytes at byte"));
  EXPECT_THAT(with(&Legacy::storages, le<uint64_t>(2) + floats({1, 2, 3})),
              HasSubstr("4 bytes follow the last storage"));
  Legacy twice;
  twice.keys = pickled::program("](" + pickled::text("0") + pickled::text("0") + "e");
  twice.storages += twice.storages;
  EXPECT_THAT(error_for(twice.bytes()), HasSubstr("storage 0 occurs twice"));
  const auto tensor = [](const char* type) {
    return pickled::tensor(pickled::storage(type, "0", 2), 0, {2}, {1});
  };
  EXPECT_THAT(with(&Legacy::state, pickled::program(pickled::dict({{"a", tensor("FloatStorage")},
                                                                   {"b", tensor("IntStorage")}}))),
              HasSubstr("storage 0 is described in two ways"));
}

TEST_F(TorchFileTest, OtherFilesAreNamed) {
  const auto found = [](const std::string& what) {
    return HasSubstr("expected a safetensors or PyTorch file, found " + what);
  };
  EXPECT_THAT(error_for(""), found("an empty file"));
  EXPECT_THAT(error_for("version https://git-lfs.github.com/spec/v1\n"),
              found("a Git LFS pointer"));
  EXPECT_THAT(error_for("<!DOCTYPE html>"), found("an HTML or XML page"));
  EXPECT_THAT(error_for("\x1f\x8b\x08 gzip"), found("a gzip archive"));
  EXPECT_THAT(error_for("\x89HDF\r\n"), found("an HDF5 file"));
  EXPECT_THAT(error_for("\x01\x02"), found("bytes 01 02"));
}

TEST_F(TorchFileTest, MissingFilesAndFolders) {
  EXPECT_THAT(error_of([&] { open_checkpoint(folder_ / "none.pt"); }),
              HasSubstr("none.pt: cannot open: No such file"));
  EXPECT_THAT(error_of([&] { open_checkpoint(folder_); }), HasSubstr("is a folder"));
}

TEST_F(TorchFileTest, FormatIsRecognisedByContent) {
  // A safetensors header of 640 bytes begins like a pickle: 80 02.
  std::string header = "{}";
  header.resize(640, ' ');
  EXPECT_TRUE(open_checkpoint(write("a.pt", safetensors(header, "")))->tensors().empty());
  const std::string zip = torch_zip(object(), {{"0", floats({1, 2})}});
  EXPECT_EQ(open_checkpoint(write("b.safetensors", zip))->tensors().size(), 1U);
}

}  // namespace
}  // namespace dpt::weights
