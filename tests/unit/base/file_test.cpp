#include "base/file/file.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/file/new_file.h"
#include "support/file_size_limit.h"

namespace dpt {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("dpt-file-test-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
  }
  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string error_of(const auto& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  fs::path folder_;
};

TEST_F(FileTest, WritesReplacesAndLeavesNothingElse) {
  const fs::path path = folder_ / "a.txt";
  write_file(path, bytes_of("one"));
  write_file(path, bytes_of("second"));
  EXPECT_EQ(content(path), "second");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, FollowsLinks) {
  write_file(folder_ / "target", bytes_of("old"));
  fs::create_symlink("target", folder_ / "link");
  write_file(folder_ / "link", bytes_of("new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(content(folder_ / "target"), "new");
}

TEST_F(FileTest, NamesTheFileAndTheReason) {
  EXPECT_THAT(error_of([&] { write_file(folder_ / "no" / "where", bytes_of("x")); }),
              HasSubstr("where: cannot create: No such file"));
  EXPECT_THAT(error_of([&] { write_file(folder_, bytes_of("x")); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of([&] { MappedFile(folder_ / "none", ErrorKind::model); }),
              HasSubstr("none: cannot open: No such file"));
  EXPECT_THAT(error_of([&] { MappedFile(folder_, ErrorKind::model); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of([&] { read_file("/dev/zero", 10, ErrorKind::input); }),
              HasSubstr("is not a regular file"));
}

TEST_F(FileTest, AFileOfWhichAPartIsMissingGetsNoName) {
  const fs::path path = folder_ / "a.txt";
  write_file(path, bytes_of("old"));
  {
    NewFile file(path);
    file.write(bytes_of("whole"));
    {
      const test::FileSizeLimit limit(8);
      EXPECT_THAT(error_of([&] { file.write(bytes_of("too much")); }), HasSubstr("File too large"));
    }
    // There is room now, but a hole would lie before what comes.
    EXPECT_THAT(error_of([&] { file.write(bytes_of("more")); }), HasSubstr("takes nothing more"));
    EXPECT_THAT(error_of([&] { file.move_into_place(); }), HasSubstr("takes nothing more"));
  }
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, AFileThatHasItsNameTakesNothingMore) {
  for (const bool replaces : {false, true}) {
    const fs::path path = folder_ / "a.txt";
    NewFile file(path);
    file.write(bytes_of("whole"));
    file.move_into_place();
    EXPECT_THAT(error_of([&] { file.write(bytes_of("more")); }), HasSubstr("takes nothing more"));
    EXPECT_THAT(error_of([&] { file.move_into_place(); }), HasSubstr("takes nothing more"));
    EXPECT_EQ(content(path), "whole") << replaces;
  }
}

TEST_F(FileTest, APipeIsRefusedWithoutWaitingForItsOtherEnd) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of([&] { MappedFile(pipe, ErrorKind::model); }),
              HasSubstr("pipe: is not a regular file"));
}

TEST_F(FileTest, ReadsAPipeOnceUpToTheLimit) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string text(200'000, 'z');  // more than a pipe holds at a time
  const auto read_written = [&](size_t limit) {
    std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << text; });
    const std::string error = error_of([&] {
      const std::vector<std::byte> bytes = read_file(pipe, limit, ErrorKind::input);
      EXPECT_EQ(bytes.size(), text.size());
      EXPECT_TRUE(
          std::all_of(bytes.begin(), bytes.end(), [](auto b) { return b == std::byte{'z'}; }));
    });
    writer.join();
    return error;
  };
  EXPECT_EQ(read_written(text.size()), "no error");
  EXPECT_EQ(read_written(SIZE_MAX - 1), "no error");
  ::signal(SIGPIPE, SIG_IGN);
  EXPECT_THAT(read_written(text.size() - 1),
              HasSubstr("pipe: has more bytes than the limit of 199999"));
  EXPECT_THAT(read_file("/dev/null", 10, ErrorKind::input), testing::IsEmpty());
}

TEST_F(FileTest, ReadsASocketByItsDescriptorsName) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  ASSERT_EQ(::write(ends[1], "abc", 3), 3);
  ::close(ends[1]);
  const fs::path name = "/dev/fd/" + std::to_string(ends[0]);
  EXPECT_EQ(read_file(name, 3, ErrorKind::input).size(), 3U);
  ::close(ends[0]);
}

TEST_F(FileTest, ReadsUpToTheLimit) {
  write_file(folder_ / "f", bytes_of("12345"));
  EXPECT_EQ(read_file(folder_ / "f", 5, ErrorKind::input).size(), 5U);
  EXPECT_THAT(error_of([&] { read_file(folder_ / "f", 4, ErrorKind::input); }),
              HasSubstr("more than the limit of 4"));
}

/// Bytes of the mapping at `address` that are in this process's memory.
size_t resident(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const std::string begin = fmt::format("{:x}-", reinterpret_cast<uintptr_t>(address));
  bool found = false;
  for (std::string line; std::getline(maps, line);) {
    found = found || line.starts_with(begin);
    if (found && line.starts_with("Rss:")) return std::stoul(line.substr(4)) << 10;
  }
  throw std::logic_error("no such mapping");
}

TEST_F(FileTest, GivesThePagesOfAPartBack) {
  constexpr size_t half = size_t{4} << 20;
  write_file(folder_ / "m", bytes_of(std::string(2 * half, 'z')));
  const MappedFile file(folder_ / "m", ErrorKind::model);
  const std::span<const std::byte> bytes = file.bytes();
  ASSERT_EQ(std::count(bytes.begin(), bytes.end(), std::byte{'z'}), 2 * half);
  EXPECT_EQ(resident(bytes.data()), 2 * half);
  file.release(bytes.first(half));
  EXPECT_EQ(resident(bytes.data()), half);
  EXPECT_EQ(bytes[half - 1], std::byte{'z'});
}

TEST_F(FileTest, MapsAndReleases) {
  const std::string text(20000, 'z');
  write_file(folder_ / "m", bytes_of(text));
  const MappedFile file(folder_ / "m", ErrorKind::model);
  ASSERT_EQ(file.bytes().size(), text.size());
  file.release(file.bytes());
  EXPECT_EQ(file.bytes()[10000], std::byte{'z'});
  write_file(folder_ / "empty", {});
  EXPECT_EQ(MappedFile(folder_ / "empty", ErrorKind::model).bytes().size(), 0U);
}

TEST_F(FileTest, WritesToDevices) { write_file("/dev/null", bytes_of("gone")); }

TEST_F(FileTest, FullDiskIsAnError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_THAT(error_of([&] { write_file("/dev/full", bytes_of("x")); }),
              HasSubstr("/dev/full: cannot write: No space left"));
}

}  // namespace
}  // namespace dpt
