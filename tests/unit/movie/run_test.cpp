// Frames through the pipeline, with a network that takes no time.
#include "movie/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/encode_picture.h"
#include "movie/sequence_sink.h"
#include "support/temporary_folder.h"

namespace dpt::movie {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

constexpr int frames = 6;

/// Depth that is the picture's grey.
Prediction predict(image::Image picture) {
  image::Plane depth(picture.width(), picture.height());
  for (int y = 0; y < depth.height(); ++y) {
    for (int x = 0; x < depth.width(); ++x) depth.row(y)[x] = picture.row(y)[3 * x];
  }
  return {.picture = std::move(picture), .depth = std::move(depth)};
}

/// The first value of each frame, and its time.
class Values : public Sink {
 public:
  void add(Prediction prediction, int64_t time) override {
    if (fails_at == static_cast<int64_t>(values.size())) fail(ErrorKind::input, "disk is full");
    values.push_back(prediction.depth.row(0)[0]);
    times.push_back(time);
  }
  void finish() override { is_finished = true; }

  int64_t fails_at = -1;
  std::vector<float> values;
  std::vector<int64_t> times;
  bool is_finished = false;
};

class Run : public testing::Test {
 protected:
  Run() {
    for (int i = 0; i < frames; ++i) {
      image::Image picture(16, 8);
      for (int y = 0; y < picture.height(); ++y) {
        std::fill_n(picture.row(y), 3 * 16, static_cast<uint8_t>(10 * i));
      }
      files_.push_back(folder_.path() / (std::to_string(i) + ".png"));
      write_file(files_.back(), image::encode_picture(picture, "png", {}));
    }
  }

  RunResult run(Sink& sink, RunOptions options = {}, const Progress& progress = {},
                const std::stop_token& stop = {}) {
    options.source = "frames";
    video::ReaderOptions reading;
    reading.pictures = files_;
    reading.frame_rate = 25;
    video::Reader reader("frames", reading);
    return movie::run(reader, predict, sink, options, progress, stop);
  }

  std::vector<fs::path> files_;

 private:
  test::TemporaryFolder folder_;
};

TEST_F(Run, TakesEveryFrameToTheSinkInOrder) {
  Values sink;
  std::vector<std::pair<int64_t, int64_t>> seen;
  const RunResult result =
      run(sink, {}, [&](int64_t done, int64_t total) { seen.emplace_back(done, total); });
  EXPECT_EQ(result.frames, frames);
  EXPECT_THAT(sink.values, ElementsAre(0, 10, 20, 30, 40, 50));
  EXPECT_TRUE(std::is_sorted(sink.times.begin(), sink.times.end()));
  EXPECT_FALSE(sink.is_finished);
  ASSERT_EQ(seen.size(), 6U);
  EXPECT_EQ(seen.back(), (std::pair<int64_t, int64_t>(6, 6)));
}

TEST_F(Run, EndsAfterSoManyFrames) {
  Values sink;
  EXPECT_EQ(run(sink, {.source = {}, .most_frames = 2}).frames, 2);
  EXPECT_THAT(sink.values, ElementsAre(0, 10));
}

TEST_F(Run, LeavesOutFramesThatAreThere) {
  Values sink;
  int64_t last = 0;
  RunOptions options;
  options.resumed.done = 4;
  EXPECT_EQ(run(sink, std::move(options), [&](int64_t done, int64_t) { last = done; }).frames, 2);
  EXPECT_THAT(sink.values, ElementsAre(40, 50));
  EXPECT_EQ(last, 6);
}

TEST_F(Run, CanBeStopped) {
  Values sink;
  std::stop_source stop;
  const RunResult result = run(
      sink, {},
      [&](int64_t done, int64_t) {
        if (done == 1) stop.request_stop();
      },
      stop.get_token());
  EXPECT_LT(result.frames, frames);
  EXPECT_EQ(sink.values.size(), static_cast<size_t>(result.frames));
}

TEST_F(Run, OneThatWasStoppedBeforeItBeganIsNoError) {
  Values sink;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run(sink, {}, {}, stop.get_token()).frames, 0);
}

TEST_F(Run, ThrowsWhatTheSinkThrows) {
  Values sink;
  sink.fails_at = 2;
  EXPECT_EQ(test::error_of<Error>([&] { run(sink); }), "disk is full");
}

TEST_F(Run, MeasuresTheRangeOfAllFrames) {
  RangeSink sink;
  run(sink);
  EXPECT_EQ(sink.range().min, 0);
  EXPECT_EQ(sink.range().max, 50);
}

TEST_F(Run, ASequenceGoesOnWithItsNumbers) {
  const test::TemporaryFolder folder;
  std::vector<fs::path> written;
  const auto sink = make_sequence_sink(
      folder.path() / "new" / "%03d.npy", 4, [](const Prediction&) { return image::Bytes(3); },
      [&](const fs::path& path, std::span<const std::byte> bytes) {
        EXPECT_EQ(bytes.size(), 3U);
        written.push_back(path);
      });
  EXPECT_TRUE(fs::is_directory(folder.path() / "new"));
  RunOptions options;
  options.resumed.done = 4;
  run(*sink, std::move(options));
  EXPECT_THAT(written,
              ElementsAre(folder.path() / "new" / "005.npy", folder.path() / "new" / "006.npy"));
}

TEST_F(Run, DamagedFramesAreReported) {
  test::TemporaryFolder::write(files_[2], "no picture");
  video::ReaderOptions reading;
  reading.pictures = files_;
  video::Reader reader("frames", reading);
  Values sink;
  movie::run(reader, predict, sink, {.source = "frames"}, {}, {});
  const SourceReport report = report_of(reader, "frames");
  EXPECT_FALSE(report.is_whole);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[1], "frames: 1 damaged frame left out");
}

}  // namespace
}  // namespace dpt::movie
