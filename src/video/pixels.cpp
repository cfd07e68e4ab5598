#include "video/pixels.h"

#include <algorithm>
#include <cstring>

namespace dpt::video {

namespace {

constexpr int exact = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
constexpr int unity = 1 << 16;  // contrast and saturation

FramePtr make_frame(int width, int height, AVPixelFormat format) {
  FramePtr frame(allocated(av_frame_alloc()));
  frame->width = width;
  frame->height = height;
  frame->format = format;
  // 64-byte rows: the scaler's vectors may write behind a row.
  check(av_frame_get_buffer(frame.get(), 64), "a frame", "be allocated");
  return frame;
}

bool is_full_range(const AVFrame& frame) {
  if (frame.color_range != AVCOL_RANGE_UNSPECIFIED) return frame.color_range == AVCOL_RANGE_JPEG;
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      return false;
  }
}

void set_colors(SwsContext* scaler, int from_matrix, bool from_full, int to_matrix, bool to_full) {
  sws_setColorspaceDetails(scaler, sws_getCoefficients(from_matrix), from_full ? 1 : 0,
                           sws_getCoefficients(to_matrix), to_full ? 1 : 0, 0, unity, unity);
}

/// Rows of RGB, the last column and row repeated to the frame's size.
void copy_padded(const image::Image& picture, AVFrame& frame) {
  for (int y = 0; y < frame.height; ++y) {
    uint8_t* to = frame.data[0] + ptrdiff_t{y} * frame.linesize[0];
    const uint8_t* from = picture.row(std::min(y, picture.height() - 1));
    std::memcpy(to, from, static_cast<size_t>(picture.stride()));
    for (int x = picture.width(); x < frame.width; ++x) {
      std::memcpy(to + ptrdiff_t{x} * 3, from + picture.stride() - 3, 3);
    }
  }
}

int rounded_up(int size, int log2) { return (size + (1 << log2) - 1) >> log2 << log2; }

}  // namespace

ToRgb::ToRgb(int width, int height) : rgb_(make_frame(width, height, AV_PIX_FMT_RGB24)) {}

image::Image ToRgb::convert(const AVFrame& frame) {
  scaler_.reset(sws_getCachedContext(
      scaler_.release(), frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
      rgb_->width, rgb_->height, AV_PIX_FMT_RGB24, exact, nullptr, nullptr, nullptr));
  if (scaler_ == nullptr) {
    const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format));
    fail(ErrorKind::input, "frames of {}x{}, pixel format {}, cannot be converted", frame.width,
         frame.height, name == nullptr ? "unknown" : name);
  }
  set_colors(scaler_.get(), frame.colorspace, is_full_range(frame), SWS_CS_DEFAULT, true);
  check(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rgb_->data,
                  rgb_->linesize),
        "a frame", "be converted");
  image::Image picture(rgb_->width, rgb_->height);
  for (int y = 0; y < rgb_->height; ++y) {
    std::memcpy(picture.row(y), rgb_->data[0] + ptrdiff_t{y} * rgb_->linesize[0],
                static_cast<size_t>(picture.stride()));
  }
  return picture;
}

FromRgb::FromRgb(int width, int height, AVPixelFormat format, bool full_range) {
  const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(format);
  const int even_width = rounded_up(width, layout->log2_chroma_w);
  const int even_height = rounded_up(height, layout->log2_chroma_h);
  rgb_ = make_frame(even_width, even_height, AV_PIX_FMT_RGB24);
  frame_ = make_frame(even_width, even_height, format);
  frame_->colorspace = AVCOL_SPC_BT709;
  frame_->color_primaries = AVCOL_PRI_BT709;
  frame_->color_trc = AVCOL_TRC_BT709;
  frame_->color_range = full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  scaler_.reset(sws_getContext(even_width, even_height, AV_PIX_FMT_RGB24, even_width, even_height,
                               format, exact, nullptr, nullptr, nullptr));
  if (scaler_ == nullptr) {
    fail(ErrorKind::usage, "pictures cannot be converted to pixel format {}", layout->name);
  }
  set_colors(scaler_.get(), SWS_CS_DEFAULT, true, AVCOL_SPC_BT709, full_range);
}

AVFrame* FromRgb::convert(const image::Image& picture) {
  copy_padded(picture, *rgb_);
  // The encoder may still hold the last one.
  check(av_frame_make_writable(frame_.get()), "a frame", "be allocated");
  check(sws_scale(scaler_.get(), rgb_->data, rgb_->linesize, 0, rgb_->height, frame_->data,
                  frame_->linesize),
        "a frame", "be converted");
  return frame_.get();
}

}  // namespace dpt::video
