// Between FFmpeg's frames and RGB pictures. Only for this folder.
#pragma once

#include "image/image.h"
#include "video/av.h"
#include "video/writer.h"

namespace dpt::video {

/// Nothing but brightness in a frame of that format.
bool is_grey(AVPixelFormat format);
/// More than 8 bits for each value.
bool is_deep(AVPixelFormat format);
/// A deep format into which FromRgb lays a DeepGrey: its values are words of up to 16 bits.
bool takes_deep_grey(AVPixelFormat format);

/// Frames of any pixel format, depth, colour matrix and range -> RGB of one size (bicubic where the
/// frame has another). Frames that do not say their matrix: BT.601, as FFmpeg and OpenCV take them.
class ToRgb {
 public:
  ToRgb(int width, int height);
  /// Throws Error(input) for a pixel format that cannot be converted.
  image::Image convert(const AVFrame& frame);

 private:
  Scaler scaler_;
  FramePtr rgb_;
};

/// RGB pictures -> frames for an encoder, BT.709, limited or full range (grey formats: full, as
/// FFmpeg takes them); odd sizes are extended by
/// their last column and row where the format needs even ones.
class FromRgb {
 public:
  FromRgb(int width, int height, AVPixelFormat format, bool full_range);

  int width() const { return frame_->width; }
  int height() const { return frame_->height; }
  /// Valid until the next call. `grey` is laid over the picture without passing through 8 bits.
  AVFrame* convert(const image::Image& picture, const DeepGrey* grey = nullptr);

 private:
  void lay(const DeepGrey& grey, const image::Image& picture);

  Scaler scaler_;
  FramePtr rgb_;
  FramePtr frame_;
};

}  // namespace dpt::video
