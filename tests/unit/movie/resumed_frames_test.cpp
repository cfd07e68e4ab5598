// Where a sequence of frames goes on.
#include "movie/resumed_frames.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/temporary_folder.h"

namespace dpt::movie {
namespace {

namespace fs = std::filesystem;

class Resuming : public testing::Test {
 protected:
  Resuming() {
    test::TemporaryFolder::write(source(), "video");
    fs::last_write_time(source(), now_);
  }

  fs::path source() const { return folder_.path() / "clip.mp4"; }
  fs::path add(const std::string& name, int seconds) const {
    const fs::path path = folder_.path() / name;
    test::TemporaryFolder::write(path, "");
    fs::last_write_time(path, now_ + std::chrono::seconds(seconds));
    return path;
  }
  int64_t done(const Pictures& pictures = {}) const {
    return resumed_frames(source().string(), pictures, folder_.path() / "%03d.npy", false).done;
  }

 private:
  test::TemporaryFolder folder_;
  fs::file_time_type now_ = fs::file_time_type::clock::now();
};

TEST_F(Resuming, BeginsAnewWhereNothingIs) { EXPECT_EQ(done(), 0); }

TEST_F(Resuming, GoesOnBehindTheFirstGap) {
  add("001.npy", 0);
  add("002.npy", 5);
  add("004.npy", 5);
  EXPECT_EQ(done(), 2);
}

TEST_F(Resuming, FramesOlderThanTheSourceAreDoneAgain) {
  add("001.npy", 5);
  add("002.npy", -5);
  EXPECT_EQ(done(), 1);
}

TEST_F(Resuming, EachFrameHasItsPicture) {
  add("001.npy", 5);
  add("002.npy", 5);
  const Pictures pictures{{add("1.png", 0), add("2.png", 9)}, {}, {}};
  EXPECT_EQ(done(pictures), 1);
}

}  // namespace
}  // namespace dpt::movie
