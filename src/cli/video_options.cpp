#include "cli/video_options.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "base/clock_time.h"
#include "base/error.h"
#include "base/file/stream.h"
#include "cli/completions.h"
#include "cli/layout.h"
#include "cli/replacing.h"
#include "video/source.h"

namespace dpt::cli {

namespace {

constexpr const char* examples = R"(Examples:
  dpt video clip.mp4                              clip.depth.mp4, with the clip's sound
  dpt video clip.mp4 -o both.mp4 --view side      the clip beside its depth
  dpt video clip.mp4 --task segmentation --view overlay
  dpt video frames/ -o depth.mkv --frame-rate 24  a folder of pictures
  dpt video clip.mov -o out/%05d.npy              float32 depth, one file for each frame
  dpt video clip.mov -o out/%05d.npy --resume     goes on where it was killed
  dpt video film.mkv --start 1:02:30 --duration 20 -o part.mp4
  dpt video clip.mp4 --upsample guided --tile 640 sharp edges, more detail
  dpt video 0 -o camera.mp4                       a camera, until Ctrl-C
  dpt video rtsp://host/stream -o stream.mp4 --frames 500

Ctrl-C ends the video where it is, whole and playable; a second one leaves nothing.)";

void add_look_options(Parser& command, VideoOptions& options) {
  const GroupScope scope(command, group::views);
  add_layout_option(command, options.view, "alone, side (by side), stack or overlay");
  command
      .add_option("--range", options.range,
                  "depths that the colours span: smooth (1 to 99 % of each frame, followed slowly, "
                  "anew at each cut), frame (each frame's own), global (the whole video's: it is "
                  "computed twice), or MIN,MAX")
      ->type_name("RANGE")
      ->completes([] {
        return std::vector<args::Candidate>{{"smooth"}, {"frame"}, {"global"}};
      });
  command
      .add_option(
          "--smooth", options.smooth,
          "average depth along motion over about so many seconds (0.2 to 0.5), against flicker; "
          "default: 0, each frame by itself")
      ->check(range(0.0, 60.0))
      ->type_name("SECONDS");
  add_colormap_option(command, options.colormap, "of depth; default: inferno");
}

void add_coding_options(Parser& command, VideoOptions& options) {
  const GroupScope scope(command, group::coding);
  options.writer.names = {"--codec", "--preset", "--pixel-format", "--quality"};
  command.add_option("--codec", options.writer.codec, "FFmpeg's name of an encoder: libx265, ffv1")
      ->check(refuse_empty)
      ->type_name("NAME");
  command
      .add_option("--quality", options.writer.quality,
                  "constant rate factor; smaller is better (libx264: 0 to 51, default 23)")
      ->check(range(0, 63))
      ->type_name("N");
  command.add_option("--preset", options.writer.preset, "the encoder's speed: ultrafast, slow")
      ->check(refuse_empty)
      ->type_name("NAME");
  command
      .add_option("--pixel-format", options.writer.pixel_format,
                  "yuv420p (default), yuv444p, yuv420p10le, ...")
      ->check(refuse_empty)
      ->type_name("NAME");
  command.add_flag("--no-audio", options.no_audio, "without the source's sound");
}

std::string refuse_no_time(const std::string& value) {
  if (parse_clock_time(value)) return {};
  return fmt::format("expected seconds, M:S or H:M:S, found {}", printable(value));
}

std::string refuse_no_duration(const std::string& value) {
  const auto seconds = parse_clock_time(value);
  return seconds == 0 ? "expected more than 0 seconds" : refuse_no_time(value);
}

void add_part_options(Parser& command, VideoOptions& options) {
  command
      .add_option("--start", options.start,
                  "begin so late in the source: seconds, M:S or H:M:S (1:02:30.5), to the frame")
      ->check(refuse_no_time)
      ->type_name("TIME");
  command.add_option("--duration", options.duration, "so much of it; default: to its end")
      ->check(refuse_no_duration)
      ->type_name("TIME");
  command.add_option("--frames", options.frames, "at most so many")
      ->check(range(int64_t{1}, int64_t{1} << 40))
      ->type_name("N");
  command.add_flag("--resume", options.resume,
                   "of a numbered sequence: leave out the first frames whose files are there and "
                   "not older than the source");
}

}  // namespace

void add_video_options(Parser& command, VideoOptions& options) {
  const GroupScope scope(command, group::input);
  completes_videos(
      command
          .add_option("SOURCE", options.source,
                      "video, folder of pictures, numbered pictures (frame_%04d.png), camera (0, "
                      "/dev/video0) or address (rtsp://, http://)")
          ->required()
          ->check(refuse_empty)
          ->type_name(""));
  command
      .add_option("-o,--output", options.output,
                  "video (.mp4, .mkv, .mov, .webm, .avi), folder, or a numbered sequence "
                  "(out/%05d.png: 16-bit depth or labels; .npy, .npz, .pfm, .tif, .exr: float32 "
                  "depth); default: "
                  "SOURCE.depth.mp4")
      ->check(refuse_empty)
      ->type_name("PATH")
      ->group(group::output);
  command
      .add_option("--task", options.task, "depth or segmentation; default: the model's, or depth")
      ->check(one_of({"depth", "segmentation"}))
      ->type_name("TASK")
      ->group(group::model);
  add_model_options(command, options.model);
  add_rule_options(command, options.rule);
  add_depth_options(command, options.depth, "frame");
  add_look_options(command, options);
  add_coding_options(command, options);
  command
      .add_option("--frame-rate", options.frame_rate,
                  "of pictures (default 25), or what a camera is asked for")
      ->check(range(0.01, 1000.0))
      ->type_name("FPS");
  add_overwrite_option(command, options.overwrite);
  add_part_options(command, options);
  command.add_flag("--json", options.json, "one JSON object on standard output at the end")
      ->group(group::output);
  add_threads(command, options.threads);
  add_quiet(command, options.quiet);
  command.footer(examples);
}

movie::RangeRule range_rule_of(const VideoOptions& options) {
  const std::string& text = options.range;
  if (text == "smooth") return {movie::RangeRule::Kind::smooth, {}};
  if (text == "frame") return {movie::RangeRule::Kind::frame, {}};
  if (text == "global") return {movie::RangeRule::Kind::global, {}};
  movie::RangeRule rule{movie::RangeRule::Kind::fixed, {}};
  const char* end = text.data() + text.size();
  const auto [comma, min_error] = std::from_chars(text.data(), end, rule.fixed.min);
  const bool has_comma = min_error == std::errc() && comma != end && *comma == ',';
  const auto [rest, max_error] =
      has_comma ? std::from_chars(comma + 1, end, rule.fixed.max)
                : std::from_chars_result{text.data(), std::errc::invalid_argument};
  const bool valid = max_error == std::errc() && rest == end && std::isfinite(rule.fixed.min) &&
                     std::isfinite(rule.fixed.max) && rule.fixed.min < rule.fixed.max;
  if (!valid) {
    fail(ErrorKind::usage,
         "--range {}: expected smooth, frame, global or two numbers MIN,MAX, MIN smaller",
         printable(text));
  }
  return rule;
}

void check_video_options(const VideoOptions& options) {
  const bool is_read_once = video::is_live(options.source) || is_pipe_or_device(options.source);
  if (range_rule_of(options).kind == movie::RangeRule::Kind::global && is_read_once) {
    fail(ErrorKind::usage, "--range global: {} cannot be read twice", printable(options.source));
  }
  if (options.output == "-") {
    fail(ErrorKind::usage, "-o -: a video cannot go to standard output");
  }
  if (video::is_address(options.output)) {
    fail(ErrorKind::usage, "-o {}: a video goes to a file, not to an address",
         printable(options.output, 1000));
  }
  if (options.resume && is_read_once) {
    fail(ErrorKind::usage, "--resume: {} cannot be read again", printable(options.source));
  }
  if (options.output.empty() && is_read_once) {
    fail(ErrorKind::usage, "{}: -o must name the output of a camera or a stream",
         printable(options.source));
  }
}

}  // namespace dpt::cli
