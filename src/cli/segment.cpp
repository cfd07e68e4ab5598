// dpt segment
#include <algorithm>
#include <array>
#include <chrono>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "base/json.h"
#include "cli/class_selection.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/label_file.h"
#include "cli/layout.h"
#include "cli/parse.h"
#include "cli/picture_command.h"
#include "image/codec/encode_picture.h"
#include "image/codec/origin.h"
#include "image/codec/read.h"
#include "image/draw/blend.h"
#include "image/draw/palette.h"
#include "task/segmentation.h"

namespace dpt::cli {

namespace {

constexpr std::array<std::string_view, 1> mask_formats = {"png"};
constexpr std::array<std::string_view, 2> cutout_formats = {"png", "webp"};  // those with alpha
constexpr std::array<std::string_view, 1> score_formats = {"npy"};

constexpr const char* examples = R"(Examples:
  dpt segment photo.jpg                              photo.labels.png and photo.overlay.png
  dpt segment photo.jpg --legend --view-format jpg   photo.overlay.jpg and photo.legend.jpg
  dpt segment photo.jpg -m dpt_hybrid-ade20k-53898607.pt -o labels.npy
  dpt segment photo.jpg --classes person,dog --cutout   and photo.cutout.png, with alpha
  dpt segment photos/ -o out/ --json > classes.json  every picture of a folder

Labels: 0 is none, class + 1 otherwise (ADE20K: 1 to 150); --zero-based stores the class itself.)";

struct Options : PictureOptions {
  Extra overlay, legend, scores, mask, cutout;
  bool no_overlay = false;
  std::string view_format;
  std::string classes;
  bool zero_based = false;
};

/// Places in Job::outputs; an extra that is not wanted has none.
struct Outputs {
  std::vector<OutputKind> kinds;
  size_t overlay = 0, legend = 0, scores = 0, mask = 0, cutout = 0;  ///< 0: not wanted
};

/// Asked for, or by default where nothing else is to be looked at and no single file was named.
bool wants_overlay(const Options& o) {
  if (o.no_overlay) return false;
  const bool by_default = o.classes.empty() && (o.output.empty() || names_result_folder(o.output));
  return o.overlay.wanted || by_default;
}

Outputs plan_kinds(const Options& o) {
  refuse_view_as_result(o.output, "--overlay", label_formats);
  Outputs outputs;
  outputs.kinds = {
      {"-o", "labels", choose_format("-o", o.output, o.format, label_formats), o.output}};
  const auto add = [&](const char* option, const char* suffix, const Extra& extra,
                       std::span<const std::string_view> known) {
    return add_kind(outputs.kinds, extra.wanted, option, suffix, extra.path, known);
  };
  const auto add_view = [&](const char* option, const char* suffix, bool wanted,
                            const Extra& extra) {
    return add_kind(outputs.kinds, wanted, option, suffix, extra.path, image::picture_formats,
                    o.view_format);
  };
  outputs.overlay = add_view("--overlay", "overlay", wants_overlay(o), o.overlay);
  outputs.legend = add_view("--legend", "legend", o.legend.wanted, o.legend);
  if (!o.view_format.empty() && outputs.overlay == 0 && outputs.legend == 0) {
    fail(ErrorKind::usage, "--view-format is for --overlay and --legend, and neither is given");
  }
  if (o.classes.empty() && (o.mask.wanted || o.cutout.wanted)) {
    fail(ErrorKind::usage, "{}: --classes must name the classes",
         o.mask.wanted ? "--mask" : "--cutout");
  }
  Extra mask = o.mask;
  mask.wanted = mask.wanted || (!o.classes.empty() && !o.cutout.wanted);
  outputs.mask = add("--mask", "mask", mask, mask_formats);
  outputs.cutout = add("--cutout", "cutout", o.cutout, cutout_formats);
  outputs.scores = add("--scores", "scores", o.scores, score_formats);
  return outputs;
}

class SegmentCommand {
 public:
  SegmentCommand(const Options& options, const Outputs& outputs, const OpenModel& model,
                 int threads, Interruption& interruption)
      : options_(options),
        outputs_(outputs),
        interruption_(interruption),
        model_(model.name),
        labels_{static_cast<int>(model.engine->config().classes), options.zero_based, model.name},
        names_(task::class_names(model.engine->config())),
        segmenter_(model.engine, rule_for(*model.engine, options.input.rule), threads) {
    if (!options.classes.empty()) selected_ = select_classes(options.classes, names_);
  }

  /// Returns the JSON record, if one is wanted.
  JobResult run(const Job& job) {
    const image::Photograph photograph = image::read_photograph(
        job.input, {.apply_exif_orientation = !options_.input.no_exif_orientation});
    const image::Image& picture = photograph.image;
    const auto start = std::chrono::steady_clock::now();
    task::Segmentation result = segmenter_.run(picture, outputs_.scores != 0);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    const std::vector<ClassShare> shares = class_shares(result.pixels);
    write_extras(job, picture, result, shares);
    interruption_.write_file(job.outputs[0], encode_labels(std::move(result.labels),
                                                           outputs_.kinds[0].extension, labels_));
    JobResult done;
    done.notes = photograph.notes;
    if (options_.json) done.text = record_of(job, picture, shares, elapsed.count());
    return done;
  }

 private:
  const std::string& extension_of(size_t kind) const { return outputs_.kinds[kind].extension; }

  void write_extras(const Job& job, const image::Image& picture, const task::Segmentation& result,
                    const std::vector<ClassShare>& shares) {
    if (outputs_.overlay != 0) {
      const image::Image blended =
          image::overlay(picture, result.labels, image::make_palette(labels_.classes + 1));
      const image::TextChunks text = image::content_text(image::Content::label_view, model_);
      interruption_.write_file(job.outputs[outputs_.overlay],
                               image::encode_picture(blended, extension_of(outputs_.overlay),
                                                     {.text = text, .add_alpha = true}));
    }
    if (outputs_.legend != 0) {
      interruption_.write_file(job.outputs[outputs_.legend],
                               encode_legend(shares, names_, extension_of(outputs_.legend)));
    }
    if (outputs_.mask != 0) {
      interruption_.write_file(job.outputs[outputs_.mask], encode_mask(result.labels, selected_));
    }
    if (outputs_.cutout != 0) {
      interruption_.write_file(
          job.outputs[outputs_.cutout],
          encode_cutout(picture, result.labels, selected_, extension_of(outputs_.cutout)));
    }
    if (outputs_.scores != 0) {
      interruption_.write_file(job.outputs[outputs_.scores], image::encode_npy(result.scores));
    }
  }

  std::string record_of(const Job& job, const image::Image& picture,
                        const std::vector<ClassShare>& shares, double seconds) {
    const image::Size network =
        task::input_size(segmenter_.rule(), picture.width(), picture.height(),
                         segmenter_.session().engine().size_multiple());
    Json record = record_of_picture(job, outputs_.kinds, {picture.width(), picture.height()},
                                    network, model_);
    record["seconds"] = seconds;
    record["classes"] = Json::list();
    for (const ClassShare& share : shares) {
      record["classes"].push_back({{"label", labels_.stored(share.index)},
                                   {"name", names_[static_cast<size_t>(share.index)]},
                                   {"pixels", share.pixels},
                                   {"share", share.share}});
    }
    return record.dump() + "\n";
  }

  const Options& options_;
  const Outputs& outputs_;
  Interruption& interruption_;
  std::string model_;
  LabelRule labels_;
  std::vector<std::string> names_;
  std::vector<bool> selected_;
  task::Segmenter segmenter_;
};

int run_segment(const Options& options, Interruption& interruption) {
  const Outputs outputs = plan_kinds(options);
  return run_pictures(options, outputs.kinds, model::Task::segmentation,
                      [&](const OpenModel& model, int threads, const JobsBefore& /*before*/) {
                        auto command = std::make_shared<SegmentCommand>(options, outputs, model,
                                                                        threads, interruption);
                        return [=](const Job& job) { return command->run(job); };
                      });
}

void add_view_options(Parser& command, Options& options) {
  const GroupScope scope(command, group::views);
  add_extra(command, "--overlay", options.overlay,
            "the labels' colours over the picture; written by default unless -o names a file or "
            "--classes is given. Default: STEM.overlay.png");
  command.add_flag("--no-overlay", options.no_overlay, "no overlay");
  add_view_format_option(command, options.view_format);
  add_extra(command, "--legend", options.legend,
            "what the colours mean, with shares of the picture. Default: STEM.legend.png");
}

void add_mask_options(Parser& command, Options& options) {
  const GroupScope scope(command, group::masks);
  command
      .add_option("--classes", options.classes,
                  "of these classes (names or numbers from 0, as person,sky) a mask, or a cut-out")
      ->check(refuse_empty)
      ->type_name("LIST");
  add_extra(command, "--mask", options.mask,
            "255 where the picture shows one of --classes, else 0. Default: STEM.mask.png");
  add_extra(command, "--cutout", options.cutout,
            "the picture, transparent elsewhere. Default: STEM.cutout.png");
}

void add_value_options(Parser& command, Options& options) {
  const GroupScope scope(command, group::files);
  add_extra(command, "--scores", options.scores,
            "probability of each pixel's label, float32. Default: STEM.scores.npy");
  command.add_flag("--zero-based", options.zero_based, "store the class, not class + 1");
}

}  // namespace

void add_segment(Parser& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("segment", "Semantic segmentation of pictures");
  add_input_options(command, options->input);
  add_output_options(command, {".png, .npy", "labels", label_formats}, options->output,
                     options->format);
  add_model_options(command, options->model);
  add_view_options(command, *options);
  add_mask_options(command, *options);
  add_value_options(command, *options);
  add_run_options(command, *options);
  command.footer(examples);
  command.callback([options, &command, &chosen] {
    options->given = given_options(command);
    chosen = [options](Interruption& interruption) { return run_segment(*options, interruption); };
  });
}

}  // namespace dpt::cli
