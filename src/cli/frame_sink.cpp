#include "cli/frame_sink.h"

#include "base/error.h"
#include "base/file/numbered_name.h"
#include "cli/depth_file.h"
#include "cli/label_file.h"
#include "cli/output_kinds.h"
#include "cli/paths.h"
#include "video/writer.h"

namespace dpt::cli {

namespace fs = std::filesystem;

namespace {

class VideoSink : public FrameSink {
 public:
  VideoSink(const fs::path& path, const VideoOptions& options,
            std::shared_ptr<const RangeRule> range, const model::DptConfig& config,
            video::Reader& reader, const std::function<void(std::string)>& note)
      : info_(reader.info()),
        view_(parse_layout(options.view), std::move(range), *image::find_colormap(options.colormap),
              static_cast<int>(config.classes)),
        size_(view_.size_for(info_.width, info_.height)),
        writer_(path, size_.first, size_.second, info_, options.writer) {
    if (writer_.is_deep_grey() &&
        !(writer_.takes_deep_grey() && view_.shows_grey() && config.task == model::Task::depth)) {
      fail(ErrorKind::usage,
           "--pixel-format {}: holds nothing but grey of more than 8 bits, which only depth in "
           "--colormap gray has (--view alone, side or stack)",
           options.writer.pixel_format);
    }
    if (!options.no_audio) {
      for (const std::string& text : writer_.take_sound_of(reader)) {
        note(fmt::format("{}: {}", shown(path), text));
      }
    }
    writer_.start();
  }

  void add(Prediction prediction, int64_t time) override {
    const VideoView::Drawn drawn = view_.draw(prediction, writer_.takes_deep_grey());
    writer_.add(drawn.picture, time, drawn.grey ? &*drawn.grey : nullptr);
  }

  void finish() override { writer_.finish(); }

 private:
  video::VideoInfo info_;
  VideoView view_;
  std::pair<int, int> size_;
  video::Writer writer_;
};

class SequenceSink : public FrameSink {
 public:
  SequenceSink(const fs::path& path, const model::DptConfig& config, const std::string& model,
               int64_t done, Interruption& interruption)
      : name_(*NumberedName::parse(path.string())), interruption_(interruption), count_(done) {
    const bool depth = config.task == model::Task::depth;
    const std::string format = depth ? choose_format("-o", path.string(), "", depth_formats)
                                     : choose_format("-o", path.string(), "", label_formats);
    depth_ = {format, false, model, config.metric};
    labels_ = {static_cast<int>(config.classes), false, model};
    const fs::path folder = path.parent_path();
    std::error_code ignored;
    if (!folder.empty()) fs::create_directories(folder, ignored);
  }

  void add(Prediction prediction, int64_t /*time*/) override {
    const bool depth = !prediction.depth.empty();
    const image::Bytes bytes =
        depth ? encode_depth(std::move(prediction.depth), depth_)
              : encode_labels(std::move(prediction.labels), depth_.format, labels_);
    interruption_.write_file(name_.of(++count_), bytes);
  }

  void finish() override {}

 private:
  NumberedName name_;
  Interruption& interruption_;
  DepthFileOptions depth_;
  LabelRule labels_;
  int64_t count_;
};

}  // namespace

std::unique_ptr<FrameSink> make_video_sink(const fs::path& path, const VideoOptions& options,
                                           std::shared_ptr<const RangeRule> range,
                                           const model::DptConfig& config, video::Reader& reader,
                                           const std::function<void(std::string)>& note) {
  return std::make_unique<VideoSink>(path, options, std::move(range), config, reader, note);
}

std::unique_ptr<FrameSink> make_sequence_sink(const fs::path& path, const model::DptConfig& config,
                                              const std::string& model, int64_t done,
                                              Interruption& interruption) {
  return std::make_unique<SequenceSink>(path, config, model, done, interruption);
}

}  // namespace dpt::cli
