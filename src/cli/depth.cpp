// dpt depth
#include "task/depth.h"

#include <array>
#include <chrono>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/depth_file.h"
#include "cli/depth_options.h"
#include "cli/layout.h"
#include "cli/parse.h"
#include "cli/picture_command.h"
#include "cli/space_options.h"
#include "geometry/glb.h"
#include "geometry/ply.h"
#include "image/codec/encode_picture.h"
#include "image/codec/origin.h"
#include "image/codec/read.h"
#include "image/codec/read_depth.h"
#include "image/draw/annotate.h"
#include "image/draw/colormap.h"
#include "image/draw/panels.h"
#include "image/resample/preprocess.h"
#include "task/display_range.h"
#include "task/temporal_filter.h"
#include "video/options.h"

namespace dpt::cli {

namespace {

constexpr std::array<std::string_view, 1> cloud_formats = {"ply"};
constexpr std::array<std::string_view, 1> mesh_formats = {"glb"};

constexpr const char* examples = R"(Examples:
  dpt depth photo.jpg                            photo.depth.png and photo.color.png
  dpt depth photo.jpg -o depth.npy               float32 values, larger is nearer
  dpt depth photos/ -o out/ --format pfm -t 4    every picture of a folder
  dpt depth -r photos/ -o out/ --resume --manifest done.jsonl     goes on where it was killed
  find . -name "*.jpg" -print0 | dpt depth --list - -o out/
  dpt depth photo.jpg -m dpt_hybrid-midas-501f0c75.pt --colormap spectral_r --view-format jpg
  dpt depth road.png -m dpt_hybrid_kitti-cb926ef4.pt --kitti-crop --absolute-depth
  dpt depth photo.jpg --ply --glb --upsample guided   point cloud and textured mesh
  dpt depth frames/ -o out/ --smooth 0.3        frames of a film, without flicker
  dpt depth - -o - --format npy < photo.jpg | ...     from standard input to standard output

Values: relative inverse depth (larger is nearer; scale and shift differ from picture to picture),
or metres for metric models. In .png and .pfm, metric models carry the official scripts' unit
(KITTI: metres x 256, NYU: metres x 1000); .png is spread over 0..65535 unless --absolute-depth is
given, and its text chunks scale, offset and unit say how to get the values back.)";

struct Options : PictureOptions {
  std::string colormap;
  Extra color;
  bool no_color = false;
  std::string view_format;
  std::string view = "alone";
  bool scale_bar = false;
  int contours = 0;
  bool absolute_depth = false;
  std::optional<double> depth_scale;
  bool half = false;
  std::string channel;
  SpaceOptions space;
  bool kitti_crop = false;
  DepthOptions depth;
  double smooth = 0;  ///< seconds; 0: pictures that are no frames
  std::optional<double> frame_rate;
};

/// Asked for, or by default where no single file was named.
bool wants_color(const Options& o) {
  if (o.no_color) return false;
  const bool described = !o.colormap.empty() || !o.view_format.empty() || o.view != "alone" ||
                         o.scale_bar || o.contours > 0;
  return o.color.wanted || described || o.output.empty() || names_result_folder(o.output);
}

/// Places in Job::outputs; what is not wanted has none.
struct Outputs {
  std::vector<OutputKind> kinds;
  size_t color = 0, ply = 0, glb = 0;  ///< 0: not wanted
};

void check_format_options(const Options& o, const std::string& format) {
  const auto only_for = [&](bool given, const char* option, std::string_view wanted) {
    if (given && format != wanted) {
      fail(ErrorKind::usage, "{} is for .{}, not .{}", option, wanted, format);
    }
  };
  only_for(o.absolute_depth, "--absolute-depth", "png");
  only_for(o.depth_scale.has_value(), "--depth-scale", "png");
  only_for(o.half, "--half", "exr");
  only_for(!o.channel.empty(), "--channel", "exr");
  if (o.absolute_depth && o.depth_scale) {
    fail(ErrorKind::usage, "--absolute-depth and --depth-scale: expected one of them");
  }
}

Outputs plan_kinds(const Options& o) {
  refuse_view_as_result(o.output, "--color", depth_formats);
  const std::string format = choose_format("-o", o.output, o.format, depth_formats);
  check_format_options(o, format);
  check_space_options(o.space);
  Outputs outputs;
  outputs.kinds = {{"-o", "depth", format, o.output}};
  outputs.color = add_kind(outputs.kinds, wants_color(o), "--color", "color", o.color.path,
                           image::picture_formats, o.view_format);
  if (!o.view_format.empty() && outputs.color == 0) {
    fail(ErrorKind::usage, "--view-format is for --color, and --no-color is given");
  }
  const Extra& ply = o.space.ply;
  const Extra& glb = o.space.glb;
  outputs.ply = add_kind(outputs.kinds, ply.wanted, "--ply", "points", ply.path, cloud_formats);
  outputs.glb = add_kind(outputs.kinds, glb.wanted, "--glb", "mesh", glb.path, mesh_formats);
  return outputs;
}

class DepthCommand {
 public:
  DepthCommand(const Options& options, const Outputs& outputs, const OpenModel& model, int threads,
               const JobsBefore& before, Interruption& interruption)
      : options_(options),
        outputs_(outputs),
        interruption_(interruption),
        model_(model.name),
        config_(model.engine->config()),
        estimator_(model.engine, rule_for(*model.engine, options.input.rule), threads,
                   task_options(options.depth)),
        before_(before) {
    const bool goes_on = options.batch.resume || options.batch.skip_existing;
    const std::string& format = outputs.kinds[0].extension;
    if (options.smooth > 0 && goes_on && !keeps_depth(format, config_.metric)) {
      fail(ErrorKind::usage,
           "--smooth goes on from the depth of the frame before, which .{} rounds: --resume and "
           "--skip-existing need --format npy, npz, tif or exr",
           format);
    }
    if (!options.colormap.empty()) colormap_ = *image::find_colormap(options.colormap);
  }

  /// Prints the JSON record, if one is wanted.
  JobResult run(const Job& job) {
    const auto last = before_.find(job.input);
    if (options_.smooth > 0 && last != before_.end()) go_on_from(last->second);
    const image::Photograph photograph = image::read_photograph(
        job.input, {.apply_exif_orientation = !options_.input.no_exif_orientation});
    const image::Image& picture = photograph.image;
    const image::ImageView view = options_.kitti_crop ? image::kitti_crop(picture) : picture.view();
    const auto start = std::chrono::steady_clock::now();
    image::Plane depth = smoothed(estimator_.run(view), view);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    const image::Range range = image::finite_range(depth);
    image::Bytes color;
    if (outputs_.color != 0) color = encode_view(colored(depth, view, range));
    const geometry::Camera camera = camera_for(options_.space, photograph, view);
    write_space(job, depth, view, camera);
    const DepthFileOptions file{.format = outputs_.kinds[0].extension,
                                .absolute_depth = options_.absolute_depth,
                                .model = model_,
                                .metric = config_.metric,
                                .scale = options_.depth_scale,
                                .half = options_.half,
                                .channel = options_.channel};
    JobResult result;
    result.notes = photograph.notes;
    if (std::string loss = png_loss(depth, file); !loss.empty()) {
      result.notes.push_back(fmt::format("{}: {}", shown(job.outputs[0]), loss));
    }
    interruption_.write_file(job.outputs[0], encode_depth(std::move(depth), file));
    if (!color.empty()) interruption_.write_file(job.outputs[outputs_.color], color);
    if (options_.json) result.text = record_of(job, view, range, camera, elapsed.count());
    return result;
  }

 private:
  /// From a frame that an earlier run did.
  void go_on_from(const Job& last) {
    const image::Image picture =
        image::read(last.input, {.apply_exif_orientation = !options_.input.no_exif_orientation});
    const image::ImageView view = options_.kitti_crop ? image::kitti_crop(picture) : picture.view();
    filter_.emplace(options_.smooth, !config_.metric);
    filter_->go_on_from(image::read_depth(last.outputs[0]).values, view);
    cuts_.next(view);
  }

  /// Of a frame, which follows the last one that this ran on.
  image::Plane smoothed(image::Plane depth, const image::ImageView& view) {
    if (options_.smooth <= 0) return depth;
    if (!filter_) filter_.emplace(options_.smooth, !config_.metric);
    const double elapsed = 1 / options_.frame_rate.value_or(video::usual_frame_rate);
    return filter_->next(std::move(depth), view, elapsed, cuts_.next(view));
  }

  image::Image colored(const image::Plane& depth, const image::ImageView& picture,
                       image::Range range) const {
    image::Image color = image::colorize(depth, colormap_, range);
    if (options_.contours > 0) image::draw_contours(color, depth, range, options_.contours);
    color = arranged(parse_layout(options_.view), picture, std::move(color));
    if (!options_.scale_bar) return color;
    const std::string_view unit = config_.metric ? "m" : "nearness";
    const image::Image bar = image::scale_bar(color.height(), colormap_, range, unit);
    return image::beside(std::array<image::ImageView, 2>{color.view(), bar.view()});
  }

  image::Bytes encode_view(const image::Image& view) const {
    return image::encode_picture(view, outputs_.kinds[outputs_.color].extension,
                                 {.text = image::content_text(image::Content::depth_view, model_)});
  }

  void write_space(const Job& job, const image::Plane& depth, const image::ImageView& view,
                   const geometry::Camera& camera) {
    if (outputs_.ply == 0 && outputs_.glb == 0) return;
    const geometry::Surface surface =
        surface_of(options_.space, depth, view, camera, config_.metric);
    // The mesh first: a surface without triangles is an error, before which nothing is written.
    image::Bytes mesh;
    if (outputs_.glb != 0) mesh = geometry::encode_glb(surface, encode_texture(view));
    if (outputs_.ply != 0) {
      interruption_.write_file(job.outputs[outputs_.ply], geometry::encode_ply(surface));
    }
    if (outputs_.glb != 0) interruption_.write_file(job.outputs[outputs_.glb], mesh);
  }

  std::string record_of(const Job& job, const image::ImageView& view, image::Range range,
                        const geometry::Camera& camera, double seconds) {
    const image::Size network = task::input_size(estimator_.rule(), view.width, view.height,
                                                 estimator_.session().engine().size_multiple());
    Json record =
        record_of_picture(job, outputs_.kinds, {view.width, view.height}, network, model_);
    record["min"] = range.min;
    record["max"] = range.max;
    record["unit"] = unit_name(config_.metric);
    record["seconds"] = seconds;
    if (outputs_.ply != 0 || outputs_.glb != 0) record["focal"] = camera.focal;
    return record.dump() + "\n";
  }

  const Options& options_;
  const Outputs& outputs_;
  Interruption& interruption_;
  std::string model_;
  model::ModelConfig config_;
  image::Colormap colormap_ = image::Colormap::inferno;
  task::DepthEstimator estimator_;
  const JobsBefore& before_;
  task::SceneCuts cuts_;
  std::optional<task::TemporalFilter> filter_;
};

int run_depth(const Options& options, Interruption& interruption) {
  if (options.frame_rate && options.smooth <= 0) {
    fail(ErrorKind::usage, "--frame-rate is for --smooth, which is not given");
  }
  const Outputs outputs = plan_kinds(options);
  return run_pictures(options, outputs.kinds, model::Task::depth,
                      [&](const OpenModel& model, int threads, const JobsBefore& before) {
                        auto command = std::make_shared<DepthCommand>(
                            options, outputs, model, threads, before, interruption);
                        return [=](const Job& job) { return command->run(job); };
                      });
}

void add_view_options(Parser& command, Options& options) {
  const GroupScope scope(command, group::views);
  add_extra(command, "--color", options.color,
            "coloured view; written by default unless -o names a file. Default: STEM.color.png");
  command.add_flag("--no-color", options.no_color, "no coloured view");
  add_view_format_option(command, options.view_format);
  add_colormap_option(command, options.colormap, "of the coloured view; default: inferno");
  add_layout_option(command, options.view,
                    "coloured view: alone, side (by side with the picture), stack or overlay");
  command.add_flag("--scale-bar", options.scale_bar, "coloured view: which colour is which value");
  command.add_option("--contours", options.contours, "coloured view: N lines of equal depth")
      ->check(range(1, 250))
      ->type_name("N");
}

void add_value_options(Parser& command, Options& options) {
  const GroupScope scope(command, group::files);
  command.add_flag("--absolute-depth", options.absolute_depth,
                   "PNG values as they are (truncated, at most 65535) instead of min-max");
  command
      .add_option("--depth-scale", options.depth_scale,
                  "PNG values = depth x N, rounded: 256 (KITTI's), 1000 (millimetres), 5000 (TUM)")
      ->check(range(1e-6, 1e9))
      ->type_name("N");
  command.add_flag("--half", options.half, "EXR with 16-bit floats");
  command.add_option("--channel", options.channel, "EXR; default: Z for metres, else Y")
      ->check(refuse_empty)
      ->type_name("NAME");
}

}  // namespace

void add_depth(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("depth", "Depth of pictures");
  add_input_options(command, options->input);
  add_output_options(command, {".png, .npy, .npz, .pfm, .tif, .exr", "depth", depth_formats},
                     options->output, options->format);
  add_model_options(command, options->model);
  add_view_options(command, *options);
  add_value_options(command, *options);
  add_space_options(command, options->space);
  command
      .add_flag("--kitti-crop", options->kitti_crop,
                "the bottom 352 rows and middle 1216 columns of each picture")
      ->group(group::preparation);
  add_depth_options(command, options->depth, "picture");
  command
      .add_option("--smooth", options->smooth,
                  "the pictures are frames of a film: take a folder's in natural order, one after "
                  "the other, and average depth along motion over about so many seconds (0.2 to "
                  "0.5), against flicker")
      ->check(range(0.0, 60.0))
      ->type_name("SECONDS")
      ->group(group::detail);
  command
      .add_option("--frame-rate", options->frame_rate, "of the frames, for --smooth; default: 25")
      ->check(range(0.01, 1000.0))
      ->type_name("FPS")
      ->group(group::detail);
  add_run_options(command, *options);
  command.footer(examples);
  command.callback([options, &command, &chosen] {
    options->given = given_options(command);
    options->in_order = options->smooth > 0;
    chosen = [options](Interruption& interruption) { return run_depth(*options, interruption); };
  });
}

}  // namespace dpt::cli
