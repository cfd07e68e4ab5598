#include "cli/frame_sink.h"

#include <utility>

#include "cli/depth_file.h"
#include "cli/label_file.h"
#include "cli/layout.h"
#include "cli/output_kinds.h"
#include "movie/names.h"
#include "movie/sequence_sink.h"
#include "movie/video_sink.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

movie::ViewRule view_rule_of(const VideoOptions& options) {
  return {.layout = parse_layout(options.view),
          .colormap = *image::find_colormap(options.colormap),
          .range = range_rule_of(options),
          .names = {.layout = "--view", .colormap = "--colormap"}};
}

movie::EncodeFrame encoder_for(const fs::path& output, const OpenModel& model) {
  const model::ModelConfig& config = model.engine->config();
  const bool is_depth = config.task == model::Task::depth;
  const std::string format = is_depth ? choose_format("-o", output.string(), "", depth_formats)
                                      : choose_format("-o", output.string(), "", label_formats);
  const DepthFileOptions depth{.format = format, .model = model.name, .metric = config.metric};
  const LabelRule labels{static_cast<int>(config.classes), false, model.name};
  return [=](movie::Prediction prediction) {
    return prediction.depth.empty() ? encode_labels(std::move(prediction.labels), format, labels)
                                    : encode_depth(std::move(prediction.depth), depth);
  };
}

}  // namespace

std::unique_ptr<movie::Sink> make_sink(const VideoOptions& options, const OpenModel& model,
                                       const fs::path& output, int64_t done, video::Reader& reader,
                                       Console& console, Interruption& interruption) {
  if (movie::is_sequence(output.string())) {
    return movie::make_sequence_sink(
        output, done, encoder_for(output, model),
        [&interruption](const fs::path& file, std::span<const std::byte> bytes) {
          interruption.write_file(file, bytes);
        });
  }
  const movie::VideoSinkOptions video{view_rule_of(options), options.writer, !options.no_audio};
  return movie::make_video_sink(output, video, model.engine->config(), reader,
                                [&console](const std::string& text) { console.note(text); });
}

}  // namespace dpt::cli
