#include "movie/video_sink.h"

#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "video/writer.h"

namespace dpt::movie {

namespace fs = std::filesystem;

namespace {

class VideoSink : public Sink {
 public:
  VideoSink(const fs::path& path, const VideoSinkOptions& options, const model::ModelConfig& config,
            video::Reader& reader, const std::function<void(const std::string&)>& note)
      : view_(options.view, static_cast<int>(config.classes)),
        size_(result::arranged_size(options.view.layout,
                                    {reader.info().width, reader.info().height})),
        writer_(path, size_.width, size_.height, reader.info(), options.writer) {
    refuse_grey_of_colours(options, config.task);
    if (options.sound) {
      for (const std::string& text : writer_.take_sound_of(reader)) {
        if (note) note(fmt::format("{}: {}", shown(path), text));
      }
    }
    writer_.start();
  }

  bool wants_range() const override { return view_.rule().range.kind == RangeRule::Kind::global; }
  void set_range(image::Range range) override { view_.set_range(range); }

  void add(Prediction prediction, int64_t time) override {
    const View::Drawn drawn = view_.draw(prediction, writer_.takes_deep_grey());
    writer_.add(drawn.picture, time, drawn.grey ? &*drawn.grey : nullptr);
  }

  void finish() override { writer_.finish(); }

 private:
  void refuse_grey_of_colours(const VideoSinkOptions& options, model::Task task) const {
    if (!writer_.is_deep_grey()) return;
    if (writer_.takes_deep_grey() && view_.shows_grey() && task == model::Task::depth) return;
    const ViewNames& names = options.view.names;
    fail(ErrorKind::usage,
         "{} {}: holds nothing but grey of more than 8 bits, which only depth in {} gray has "
         "({} alone, side or stack)",
         options.writer.names.pixel_format, options.writer.pixel_format, names.colormap,
         names.layout);
  }

  View view_;
  image::Size size_;
  video::Writer writer_;
};

}  // namespace

std::unique_ptr<Sink> make_video_sink(const fs::path& path, const VideoSinkOptions& options,
                                      const model::ModelConfig& config, video::Reader& reader,
                                      const std::function<void(const std::string&)>& note) {
  return std::make_unique<VideoSink>(path, options, config, reader, note);
}

}  // namespace dpt::movie
