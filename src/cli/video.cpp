// dpt video: decoding, inference and encoding, each on a thread of its own.
#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>

#include "base/channel.h"
#include "base/clock_time.h"
#include "base/error.h"
#include "base/file/numbered_name.h"
#include "base/machine/thread_pool.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/frame_sink.h"
#include "cli/json_output.h"
#include "cli/paths.h"
#include "cli/replacing.h"
#include "cli/resumed_frames.h"
#include "cli/video_options.h"
#include "cli/video_output.h"
#include "cli/video_source.h"
#include "task/depth.h"
#include "task/display_range.h"
#include "task/segmentation.h"
#include "task/temporal_filter.h"
#include "video/source.h"

namespace dpt::cli {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Depth or labels of a frame.
using Predictor = std::function<Prediction(image::Image)>;

Predictor make_predictor(const OpenModel& model, const VideoOptions& options, int threads) {
  const task::InputRule rule = rule_for(*model.engine, options.rule);
  if (model.engine->config().task == model::Task::depth) {
    auto estimator = std::make_shared<task::DepthEstimator>(model.engine, rule, threads,
                                                            task_options(options.depth));
    return [estimator](image::Image picture) {
      image::Plane depth = estimator->run(picture);
      return Prediction{.picture = std::move(picture), .depth = std::move(depth)};
    };
  }
  auto segmenter = std::make_shared<task::Segmenter>(model.engine, rule, threads);
  return [segmenter](image::Image picture) {
    image::Labels labels = segmenter->run(picture).labels;
    return Prediction{.picture = std::move(picture), .labels = std::move(labels)};
  };
}

/// Frame after frame: how much later than the last, whether a scene begins, and depth without
/// flicker.
class Smoother {
 public:
  Smoother(const VideoOptions& options, const video::VideoInfo& info, bool is_relative)
      : time_base_(info.time_base.value()) {
    if (options.smooth > 0) filter_.emplace(options.smooth, is_relative);
  }

  void apply(Prediction& prediction, int64_t time) {
    prediction.elapsed = static_cast<double>(time - last_time_) * time_base_;
    last_time_ = time;
    prediction.cut = cuts_.next(prediction.picture);
    if (!filter_ || prediction.depth.empty()) return;
    prediction.depth = filter_->next(std::move(prediction.depth), prediction.picture,
                                     prediction.elapsed, prediction.cut);
  }

  /// As if `frame` had been the last one, and `depth` (empty: not known) its result.
  void go_on_from(const video::Frame& frame, const image::Plane& depth) {
    last_time_ = frame.time;
    cuts_.next(frame.picture);
    if (filter_ && !depth.empty()) filter_->go_on_from(depth, frame.picture);
  }

 private:
  double time_base_;
  int64_t last_time_ = 0;
  task::SceneCuts cuts_;
  std::optional<task::TemporalFilter> filter_;
};

/// Reader -> predictor (the calling thread) -> sink. The first error of any of them ends all.
class Pipeline {
 public:
  /// The first `resumed.done` frames are there: they are read and no more.
  Pipeline(video::Reader& reader, Smoother& smoother, FrameSink& sink, int64_t most_frames,
           const ResumedFrames& resumed)
      : reader_(reader),
        smoother_(smoother),
        sink_(sink),
        most_frames_(most_frames),
        resumed_(resumed) {}

  /// Calls `progress` after each prediction. Throws what went wrong first.
  void run(const Predictor& predict, const std::function<void(int64_t done)>& progress) {
    std::thread reading = start_thread([this] { guarded([this] { read(); }); });
    std::thread writing;
    guarded([&] {
      writing = start_thread([this] { guarded([this] { write(); }); });
      while (auto frame = frames_.pop()) {
        const Clock::time_point start = Clock::now();
        Prediction prediction = predict(std::move(frame->picture));
        predicting_ += seconds_since(start);
        if (!predictions_.push({std::move(prediction), frame->time})) break;
        progress(++done_);
      }
    });
    predictions_.close();
    if (writing.joinable()) writing.join();
    frames_.cancel();
    reader_.stop();
    reading.join();
    if (error_) std::rethrow_exception(error_);
  }

  int64_t done() const { return done_; }
  double predicting_seconds() const { return predicting_; }

 private:
  struct Timed {
    Prediction prediction;
    int64_t time = 0;
  };

  void read() {
    for (int64_t count = 0; most_frames_ == 0 || count < most_frames_; ++count) {
      std::optional<video::Frame> frame = reader_.next();
      if (frame && count < resumed_.done) {
        if (count + 1 == resumed_.done) smoother_.go_on_from(*frame, resumed_.last);
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
  FrameSink& sink_;
  int64_t most_frames_;
  const ResumedFrames& resumed_;
  Channel<video::Frame> frames_{2};
  Channel<Timed> predictions_{2};
  std::mutex mutex_;
  std::exception_ptr error_;
  int64_t done_ = 0;
  double predicting_ = 0;
};

model::Task task_for_starter(const VideoOptions& options) {
  return options.task == "segmentation" ? model::Task::segmentation : model::Task::depth;
}

OpenModel open_for(const VideoOptions& options) {
  OpenModel model = open_model(options.model, task_for_starter(options));
  const model::Task task = model.engine->config().task;
  if (!options.task.empty() && task != task_for_starter(options)) {
    fail(ErrorKind::usage, "--task {}: {} is a model for {}", options.task, printable(model.name),
         task == model::Task::depth ? "depth" : "segmentation");
  }
  const std::string of_depth = options.smooth > 0 ? "--smooth" : given_of(options.depth);
  if (!of_depth.empty() && task != model::Task::depth) {
    fail(ErrorKind::usage, "{} is for depth, and {} is a model for segmentation", of_depth,
         printable(model.name));
  }
  return model;
}

/// Says what was not as it should be; false when not all of the source could be decoded. A camera
/// or a stream has no frames that it should have had.
bool report_source(const video::Reader& reader, const std::string& source, Console& console) {
  const std::string name = printable(source, 1000);
  for (const std::string& error : reader.damaged_pictures()) console.error(error);
  const int64_t damaged = reader.damaged_frames();
  if (damaged > 0) {
    console.error(
        fmt::format("{}: {} damaged frame{} left out", name, damaged, damaged == 1 ? "" : "s"));
  }
  if (!reader.broken_off().empty()) {
    console.error(fmt::format("{}: ends before its end: {}", name, reader.broken_off()));
  }
  return reader.broken_off().empty() && (damaged == 0 || video::is_live(source));
}

/// Keeps nothing but the range of all frames' robust ranges.
class RangeSink : public FrameSink {
 public:
  void add(Prediction prediction, int64_t /*time*/) override {
    if (prediction.depth.empty()) return;
    const image::Range now = task::robust_range(prediction.depth);
    if (!range_) range_ = now;
    range_->min = std::min(range_->min, now.min);
    range_->max = std::max(range_->max, now.max);
  }
  void finish() override {}
  image::Range range() const { return range_.value_or(image::Range{}); }

 private:
  std::optional<image::Range> range_;
};

/// What one or two passes over a source share.
struct VideoRun {
  const VideoOptions& options;
  const OpenModel& model;
  const Predictor& predict;
  Interruption& interruption;
  Console& console;

  struct Totals {
    int64_t frames = 0;
    double predicting_seconds = 0;
  };

  /// All frames of the reader into the sink; `what` is shown with the progress.
  /// `resumed`: those that are there.
  Totals pass(video::Reader& reader, FrameSink& sink, const std::string& what,
              const ResumedFrames& resumed) const {
    const Interruption::Deferral deferral(interruption, [&reader] { reader.stop(); });
    Smoother smoother(options, reader.info(), !model.engine->config().metric);
    Pipeline pipeline(reader, smoother, sink, options.frames, resumed);
    const int64_t known = reader.info().frames;
    const bool limited = options.frames > 0 && (known == 0 || known > options.frames);
    const int64_t total = limited ? options.frames : known;
    pipeline.run(predict, [&](int64_t now) {
      const int64_t done = resumed.done + now;
      const int64_t shown = total == 0 ? 0 : std::max(total, done);
      console.progress(static_cast<size_t>(done), static_cast<size_t>(shown), what);
    });
    console.end_progress();
    if (pipeline.done() == 0 && resumed.done == 0 && !interruption.stopped()) {
      fail(ErrorKind::input, "{}: no frame of it can be decoded{}", printable(options.source, 1000),
           options.start.empty() ? "" : fmt::format(" from --start {} on", options.start));
    }
    return {pipeline.done(), pipeline.predicting_seconds()};
  }
};

std::unique_ptr<FrameSink> make_sink(const VideoRun& run, const std::filesystem::path& output,
                                     const std::shared_ptr<RangeRule>& range, video::Reader& reader,
                                     int64_t done) {
  const model::DptConfig& config = run.model.engine->config();
  if (is_sequence(output.string())) {
    return make_sequence_sink(output, config, run.model.name, done, run.interruption);
  }
  return make_video_sink(output, run.options, range, config, reader,
                         [&run](const std::string& text) { run.console.note(text); });
}

/// The first file of a numbered sequence that is there already; empty: none.
std::filesystem::path first_numbered(const std::filesystem::path& pattern) {
  const NumberedName name = *NumberedName::parse(pattern.string());
  std::error_code error;
  std::optional<int64_t> first;
  for (std::filesystem::directory_iterator entry(name.folder(), error), end; !error && entry != end;
       entry.increment(error)) {
    const auto number = name.number_of(entry->path());
    if (number && (!first || *number < *first)) first = number;
  }
  return first ? name.of(*first) : std::filesystem::path();
}

/// "wrote clip.depth.mp4 (250 frames, 0:12)". `before`: frames of a sequence that were there.
std::string summary_of(const std::filesystem::path& output, int64_t before, int64_t frames,
                       const Console& console) {
  std::vector<std::filesystem::path> files = {output};
  if (is_sequence(output.string())) {
    const NumberedName name = *NumberedName::parse(output.string());
    files = {name.of(before + 1)};
    if (frames > 1) files.push_back(name.of(before + frames));
  }
  std::string text = wrote_text(files);
  if (text.empty()) return text;
  if (files.size() > 1) text.replace(text.rfind(", "), 2, " to ");
  return fmt::format("{} ({} frame{}, {})", text, frames, frames == 1 ? "" : "s",
                     console.elapsed());
}

/// Throws Error(usage) where the output, or a frame of a numbered sequence, has the name of a file
/// of the model.
void refuse_model_files(const std::filesystem::path& output, const std::string& model) {
  const std::vector<std::filesystem::path> read = model_files(model);
  std::vector<std::filesystem::path> written = {output};
  if (is_sequence(output.string())) {
    const NumberedName frames = *NumberedName::parse(output.string());
    for (const std::filesystem::path& file : read) {
      const auto number = frames.number_of(frames.folder() / file.filename());
      if (number) written.push_back(frames.of(*number));
    }
  }
  refuse_overwriting(written, read);
}

int run_video(const VideoOptions& options, Interruption& interruption) {
  check_video_options(options);
  check_resuming(options);
  Console console(options.quiet);
  const Pictures pictures = pictures_of(options.source);
  const video::ReaderOptions reading{options.frame_rate, pictures.files,
                                     parse_clock_time(options.start).value_or(0),
                                     parse_clock_time(options.duration).value_or(0)};
  video::Reader reader(options.source, reading);
  const OpenModel model = open_for(options);
  const std::filesystem::path output = output_path(options, model.engine->config().task);
  refuse_model_files(output, options.model.model);
  const bool goes_on = options.resume && options.overwrite.empty();
  const Overwrite rule = goes_on ? Overwrite::yes : overwrite_rule(options.overwrite);
  const bool sequence = is_sequence(output.string());
  if (!may_write({sequence ? first_numbered(output) : output}, rule, console)) return 1;
  for (const std::string& text : model.notes) console.note(text);
  const Predictor predict = make_predictor(model, options, thread_count(options.threads));
  const VideoRun run{options, model, predict, interruption, console};
  const auto range = std::make_shared<RangeRule>(range_rule_of(options));
  const ResumedFrames resumed = resumed_frames(options, output, pictures, model.engine->config());
  if (resumed.done > 0) console.note(fmt::format("{} frames are done already", resumed.done));
  const auto sink = make_sink(run, output, range, reader, resumed.done);

  const Clock::time_point start = Clock::now();
  if (range->kind == RangeRule::Kind::global && !is_sequence(output.string())) {
    video::Reader first(options.source, reading);
    RangeSink measured;
    run.pass(first, measured, "range of " + options.source, {});
    range->fixed = measured.range();
  }
  VideoRun::Totals totals;
  if (!interruption.stopped()) totals = run.pass(reader, *sink, options.source, resumed);
  if (totals.frames > 0) sink->finish();
  for (const std::string& note : pictures.notes) console.note(note);
  for (const std::string& problem : pictures.problems) console.error(problem);
  const bool whole = report_source(reader, options.source, console) && pictures.problems.empty();
  if (options.json) {
    print_json({{"input", options.source},
                {"output", output.string()},
                {"width", reader.info().width},
                {"height", reader.info().height},
                {"frames", totals.frames},
                {"frames_before", resumed.done},
                {"damaged_frames", reader.damaged_frames()},
                {"complete", whole},
                {"frame_rate", reader.info().frame_rate.value()},
                {"model", model.name},
                {"seconds", seconds_since(start)},
                {"inference_seconds", totals.predicting_seconds}});
  }
  if (totals.frames > 0) console.summary(summary_of(output, resumed.done, totals.frames, console));
  if (interruption.stopped()) {
    console.error(fmt::format("interrupted after {} frames", totals.frames));
    return exit_interrupted;
  }
  return whole ? 0 : 1;
}

}  // namespace

void add_video(Parser& app, Command& chosen) {
  auto options = std::make_shared<VideoOptions>();
  Parser& command = *app.add_subcommand("video", std::string(video_description));
  add_video_options(command, *options);
  command.callback([options, &chosen] {
    chosen = [options](Interruption& interruption) { return run_video(*options, interruption); };
  });
}

}  // namespace dpt::cli
