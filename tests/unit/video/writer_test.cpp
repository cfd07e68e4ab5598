#include "video/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "support/file_size_limit.h"
#include "support/temporary_folder.h"

namespace dpt::video {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int width = 160;
constexpr int height = 120;

VideoInfo info() {
  VideoInfo info;
  info.width = width;
  info.height = height;
  info.time_base = {1, 25};
  info.frame_rate = {25, 1};
  info.full_range = true;
  return info;
}

/// Which no encoder makes small.
image::Image noise(unsigned seed) {
  std::mt19937 random(seed);
  image::Image picture(width, height);
  for (size_t i = 0; i < picture.bytes(); ++i) picture.data()[i] = static_cast<uint8_t>(random());
  return picture;
}

Writer make_writer(const fs::path& path) {
  WriterOptions options;
  options.codec = "mjpeg";  // FFmpeg's own
  options.pixel_format = "yuvj420p";
  return Writer(path, width, height, info(), options);
}

template <typename Action>
void expect_closed(const Action& action) {
  EXPECT_THAT(test::error_of<Error>(action), HasSubstr("takes nothing more"));
}

TEST(Writer, TakesNothingBeforeAndAfter) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "a.avi";
  Writer writer = make_writer(path);
  expect_closed([&] { writer.add(noise(1), 0); });
  expect_closed([&] { writer.finish(); });
  writer.start();
  for (int i = 0; i < 5; ++i) writer.add(noise(1), i);
  writer.finish();
  const std::string whole = test::TemporaryFolder::read(path);
  EXPECT_GT(whole.size(), 5000U);
  expect_closed([&] { writer.add(noise(1), 5); });
  expect_closed([&] { writer.finish(); });
  EXPECT_EQ(test::TemporaryFolder::read(path), whole);
}

TEST(Writer, TakesNothingWhenItCouldNotStart) {
  const test::TemporaryFolder folder;
  test::TemporaryFolder::write(folder.path() / "file", "no folder");
  Writer writer = make_writer(folder.path() / "file" / "a.avi");
  EXPECT_THAT(test::error_of<Error>([&] { writer.start(); }), HasSubstr("cannot "));
  expect_closed([&] { writer.add(noise(1), 0); });
  expect_closed([&] { writer.finish(); });
}

TEST(Writer, AVideoOfWhichAPartIsMissingGetsNoName) {
  const test::TemporaryFolder folder;
  {
    Writer writer = make_writer(folder.path() / "a.avi");
    writer.start();
    int64_t time = 0;
    const auto fill = [&] {
      for (; time < 1000; ++time) writer.add(noise(static_cast<unsigned>(time)), time);
    };
    {
      const test::FileSizeLimit limit(100'000);
      EXPECT_THAT(test::error_of<Error>(fill), HasSubstr("a.avi: cannot write: File too large"));
    }
    // There is room now.
    expect_closed([&] { writer.add(noise(1), time); });
    expect_closed([&] { writer.finish(); });
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace dpt::video
