// A video file that shows what the network says.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "model/config.h"
#include "movie/sink.h"
#include "movie/view.h"
#include "video/options.h"
#include "video/reader.h"

namespace dpt::movie {

struct VideoSinkOptions {
  ViewRule view;
  video::WriterOptions writer;
  bool sound = true;  ///< the reader's
};

/// Frames of the size that the view gives the reader's. What of its sound could not be taken over
/// is told by `note`, which the call only needs. Throws as video::Writer, and Error(usage) for a
/// pixel format of nothing but deep grey where the view shows something else.
std::unique_ptr<Sink> make_video_sink(const std::filesystem::path& path,
                                      const VideoSinkOptions& options,
                                      const model::ModelConfig& config, video::Reader& reader,
                                      const std::function<void(const std::string&)>& note);

}  // namespace dpt::movie
