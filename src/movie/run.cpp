#include "movie/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/channel.h"
#include "base/error.h"
#include "base/machine/thread_pool.h"
#include "movie/smoother.h"
#include "video/source.h"

namespace dpt::movie {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Reader -> predictor (the calling thread) -> sink. The first error of any of them ends all.
class Pipeline {
 public:
  Pipeline(video::Reader& reader, Smoother& smoother, Sink& sink, const RunOptions& options)
      : reader_(reader), smoother_(smoother), sink_(sink), options_(options) {}

  /// Calls `progress` after each prediction. Throws what went wrong first.
  void run(const Predictor& predict, const std::function<void(int64_t done)>& progress) {
    std::thread reading = start_thread([this] { guarded([this] { read(); }); });
    std::thread writing;
    guarded([&] {
      writing = start_thread([this] { guarded([this] { write(); }); });
      while (auto frame = frames_.pop()) {
        const Clock::time_point start = Clock::now();
        Prediction prediction = predict(std::move(frame->picture));
        result_.predicting_seconds += seconds_since(start);
        if (!predictions_.push({std::move(prediction), frame->time})) break;
        progress(++result_.frames);
      }
    });
    predictions_.close();
    if (writing.joinable()) writing.join();
    frames_.cancel();
    reader_.stop();
    reading.join();
    if (error_) std::rethrow_exception(error_);
  }

  const RunResult& result() const { return result_; }

 private:
  struct Timed {
    Prediction prediction;
    int64_t time = 0;
  };

  void read() {
    const ResumedFrames& resumed = options_.resumed;
    for (int64_t count = 0; options_.most_frames == 0 || count < options_.most_frames; ++count) {
      std::optional<video::Frame> frame = reader_.next();
      if (frame && count < resumed.done) {
        if (count + 1 == resumed.done) smoother_.go_on_from(*frame, resumed.last);
        continue;
      }
      if (!frame || !frames_.push(std::move(*frame))) break;
    }
    frames_.close();
  }

  void write() {
    while (auto timed = predictions_.pop()) {
      smoother_.apply(timed->prediction, timed->time);
      sink_.add(std::move(timed->prediction), timed->time);
    }
  }

  void guarded(const std::function<void()>& body) {
    try {
      body();
    } catch (...) {
      {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
      }
      frames_.cancel();
      predictions_.cancel();
    }
  }

  video::Reader& reader_;
  Smoother& smoother_;
  Sink& sink_;
  const RunOptions& options_;
  Channel<video::Frame> frames_{2};
  Channel<Timed> predictions_{2};
  std::mutex mutex_;
  std::exception_ptr error_;
  RunResult result_;
};

/// Frames that there will be; 0: not known.
int64_t expected_frames(const video::VideoInfo& info, int64_t most) {
  const bool limited = most > 0 && (info.frames == 0 || info.frames > most);
  return limited ? most : info.frames;
}

}  // namespace

RunResult run(video::Reader& reader, const Predictor& predict, Sink& sink,
              const RunOptions& options, const Progress& progress, const std::stop_token& stop) {
  const std::stop_callback stops_reading(stop, [&reader] { reader.stop(); });
  Smoother smoother(options.smooth, reader.info().time_base.value(), options.is_relative);
  Pipeline pipeline(reader, smoother, sink, options);
  const int64_t total = expected_frames(reader.info(), options.most_frames);
  pipeline.run(predict, [&](int64_t now) {
    const int64_t done = options.resumed.done + now;
    if (progress) progress(done, total == 0 ? 0 : std::max(total, done));
  });
  const RunResult& result = pipeline.result();
  if (result.frames == 0 && options.resumed.done == 0 && !stop.stop_requested()) {
    fail(ErrorKind::input, "{}: no frame of it can be decoded{}", printable(options.source, 1000),
         options.begins_at.empty() ? "" : fmt::format(" from {} on", options.begins_at));
  }
  return result;
}

SourceReport report_of(const video::Reader& reader, const std::string& source) {
  const std::string name = printable(source, 1000);
  SourceReport report{reader.damaged_pictures()};
  const int64_t damaged = reader.damaged_frames();
  if (damaged > 0) {
    report.problems.push_back(
        fmt::format("{}: {} damaged frame{} left out", name, damaged, damaged == 1 ? "" : "s"));
  }
  if (!reader.broken_off().empty()) {
    report.problems.push_back(
        fmt::format("{}: ends before its end: {}", name, reader.broken_off()));
  }
  report.is_whole = reader.broken_off().empty() && (damaged == 0 || video::is_live(source));
  return report;
}

}  // namespace dpt::movie
