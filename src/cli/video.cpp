// dpt video
#include <chrono>
#include <functional>
#include <stop_token>

#include "base/clock_time.h"
#include "base/error.h"
#include "base/file/file.h"
#include "base/file/numbered_name.h"
#include "base/file/paths.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/find_model.h"
#include "cli/frame_sink.h"
#include "cli/replacing.h"
#include "cli/video_options.h"
#include "image/picture_name.h"
#include "movie/names.h"
#include "movie/pictures.h"
#include "movie/prediction.h"
#include "movie/resumed_frames.h"
#include "movie/run.h"
#include "movie/sink.h"
#include "video/reader.h"

namespace dpt::cli {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

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

/// What one or two passes over a source share.
struct VideoRun {
  const VideoOptions& options;
  const OpenModel& model;
  const movie::Predictor& predict;
  Interruption& interruption;
  Console& console;
  std::stop_source stop{};

  /// All frames of the reader into the sink; `what` is shown with the progress.
  movie::RunResult pass(video::Reader& reader, movie::Sink& sink, const std::string& what,
                        movie::ResumedFrames resumed) {
    const Interruption::Deferral deferral(interruption, [this] { stop.request_stop(); });
    const movie::RunOptions run{
        .source = options.source,
        .begins_at = options.start.empty() ? "" : "--start " + options.start,
        .most_frames = options.frames,
        .smooth = options.smooth,
        .is_relative = !model.engine->config().metric,
        .resumed = std::move(resumed)};
    const auto progress = [&](int64_t done, int64_t total) {
      console.progress(static_cast<size_t>(done), static_cast<size_t>(total), what);
    };
    const movie::RunResult result =
        movie::run(reader, predict, sink, run, progress, stop.get_token());
    console.end_progress();
    return result;
  }
};

void check_resuming(const VideoOptions& options) {
  if (!options.resume || movie::is_sequence(options.output)) return;
  fail(ErrorKind::usage,
       "--resume: a video file cannot go on; -o must name a numbered sequence (out/%05d.npy)");
}

/// Of what an earlier run did, where --resume is given.
movie::ResumedFrames resumed_by(const VideoOptions& options, const std::filesystem::path& output,
                                const movie::Pictures& pictures, const model::ModelConfig& config) {
  if (!options.resume) return {};
  const bool needs_last = options.smooth > 0;
  const std::string format = image::extension_of(output);
  if (needs_last && !keeps_depth(format, config.metric)) {
    fail(ErrorKind::usage,
         "--resume: --smooth goes on from the last frame's depth, which .{} rounds; write .npy, "
         ".npz, .tif or .exr",
         format);
  }
  return movie::resumed_frames(options.source, pictures, output, needs_last);
}

/// "wrote clip.depth.mp4 (250 frames, 0:12)". `before`: frames of a sequence that were there.
std::string summary_of(const std::filesystem::path& output, int64_t before, int64_t frames,
                       const Console& console) {
  std::vector<std::filesystem::path> files = {output};
  if (movie::is_sequence(output.string())) {
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
  if (movie::is_sequence(output.string())) {
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
  const movie::Pictures pictures = movie::pictures_of(options.source, "SOURCE");
  const video::ReaderOptions reading{options.frame_rate, pictures.files,
                                     parse_clock_time(options.start).value_or(0),
                                     parse_clock_time(options.duration).value_or(0)};
  video::Reader reader(options.source, reading);
  const OpenModel model = open_for(options);
  const std::filesystem::path output =
      movie::output_path(options.source, options.output, model.engine->config().task, "-o");
  refuse_model_files(output, options.model.model);
  const bool goes_on = options.resume && options.overwrite.empty();
  const Overwrite rule = goes_on ? Overwrite::yes : overwrite_rule(options.overwrite);
  const bool sequence = movie::is_sequence(output.string());
  if (!may_write({sequence ? movie::first_of_sequence(output) : output}, rule, console)) return 1;
  for (const std::string& text : model.notes) console.note(text);
  const int threads = thread_count(options.threads);
  const movie::Predictor predict = movie::make_predictor(
      model.engine, rule_for(*model.engine, options.rule), task_options(options.depth), threads);
  VideoRun run{options, model, predict, interruption, console};
  movie::ResumedFrames resumed = resumed_by(options, output, pictures, model.engine->config());
  const int64_t before = resumed.done;
  if (before > 0) console.note(fmt::format("{} frames are done already", before));
  const auto sink = make_sink(options, model, output, before, reader, console, interruption);

  const Clock::time_point start = Clock::now();
  if (sink->wants_range()) {
    video::Reader first(options.source, reading);
    movie::RangeSink measured;
    run.pass(first, measured, "range of " + options.source, {});
    sink->set_range(measured.range());
  }
  movie::RunResult totals;
  if (!interruption.stopped()) totals = run.pass(reader, *sink, options.source, std::move(resumed));
  if (totals.frames > 0) sink->finish();
  for (const std::string& note : pictures.notes) console.note(note);
  for (const std::string& problem : pictures.problems) console.error(problem);
  const movie::SourceReport report = movie::report_of(reader, options.source);
  for (const std::string& problem : report.problems) console.error(problem);
  const bool whole = report.is_whole && pictures.problems.empty();
  if (options.json) {
    print_json({{"input", options.source},
                {"output", output.string()},
                {"width", reader.info().width},
                {"height", reader.info().height},
                {"frames", totals.frames},
                {"frames_before", before},
                {"damaged_frames", reader.damaged_frames()},
                {"complete", whole},
                {"frame_rate", reader.info().frame_rate.value()},
                {"model", model.name},
                {"seconds", seconds_since(start)},
                {"inference_seconds", totals.predicting_seconds}});
  }
  if (totals.frames > 0) console.summary(summary_of(output, before, totals.frames, console));
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
