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

/// 0..65535 in the bits of one component: from 0 to its greatest, or from 16 to 235 (of 8 bits).
uint16_t in_range(uint16_t code, int depth, bool full) {
  const uint32_t low = full ? 0 : 16U << (depth - 8);
  const uint32_t span = full ? (1U << depth) - 1 : 219U << (depth - 8);
  return static_cast<uint16_t>(low + (code * span + 32767U) / 65535U);
}

/// One component of a frame whose values are words.
class Component {
 public:
  Component(AVFrame& frame, const AVPixFmtDescriptor& layout, int index)
      : frame_(frame),
        component_(layout.comp[index]),
        big_endian_((layout.flags & AV_PIX_FMT_FLAG_BE) != 0) {}

  int depth() const { return component_.depth; }
  void set(int x, int y, uint16_t value) {
    uint8_t* at = frame_.data[component_.plane] + ptrdiff_t{y} * frame_.linesize[component_.plane] +
                  ptrdiff_t{x} * component_.step + component_.offset;
    const auto word = static_cast<uint16_t>(value << component_.shift);
    at[big_endian_ ? 1 : 0] = static_cast<uint8_t>(word);
    at[big_endian_ ? 0 : 1] = static_cast<uint8_t>(word >> 8);
  }

 private:
  AVFrame& frame_;
  const AVComponentDescriptor& component_;
  bool big_endian_;
};

int rounded_up(int size, int log2) { return (size + (1 << log2) - 1) >> log2 << log2; }

}  // namespace

bool is_grey(AVPixelFormat format) {
  const AVPixFmtDescriptor& layout = *av_pix_fmt_desc_get(format);
  return layout.nb_components <= 2 && (layout.flags & AV_PIX_FMT_FLAG_PAL) == 0;
}

bool is_deep(AVPixelFormat format) { return av_pix_fmt_desc_get(format)->comp[0].depth > 8; }

bool takes_deep_grey(AVPixelFormat format) {
  const AVPixFmtDescriptor& layout = *av_pix_fmt_desc_get(format);
  constexpr uint64_t others = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                              AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT |
                              AV_PIX_FMT_FLAG_BAYER;
  if ((layout.flags & others) != 0) return false;
  if (format == AV_PIX_FMT_XYZ12LE || format == AV_PIX_FMT_XYZ12BE) return false;
  // Three components in one word of 32 bits.
  if ((layout.flags & AV_PIX_FMT_FLAG_RGB) != 0 && layout.comp[0].step == 4) return false;
  for (int i = 0; i < layout.nb_components; ++i) {
    const AVComponentDescriptor& component = layout.comp[i];
    if (component.depth <= 8 || component.depth + component.shift > 16) return false;
  }
  return true;
}

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
  full_range = full_range || is_grey(format);
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

AVFrame* FromRgb::convert(const image::Image& picture, const DeepGrey* grey) {
  copy_padded(picture, *rgb_);
  // The encoder may still hold the last one.
  check(av_frame_make_writable(frame_.get()), "a frame", "be allocated");
  check(sws_scale(scaler_.get(), rgb_->data, rgb_->linesize, 0, rgb_->height, frame_->data,
                  frame_->linesize),
        "a frame", "be converted");
  if (grey != nullptr) lay(*grey, picture);
  return frame_.get();
}

void FromRgb::lay(const DeepGrey& grey, const image::Image& picture) {
  AVFrame& frame = *frame_;
  const AVPixFmtDescriptor& layout = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const bool rgb = (layout.flags & AV_PIX_FMT_FLAG_RGB) != 0;
  const bool full = rgb || frame.color_range == AVCOL_RANGE_JPEG;
  const int width = grey.codes.width();
  const int height = grey.codes.height();
  // Over the columns and rows that extend an odd size as well.
  const int right = grey.x + width == picture.width() ? frame.width : grey.x + width;
  const int below = grey.y + height == picture.height() ? frame.height : grey.y + height;
  const int colors = std::min<int>(layout.nb_components, 3);
  for (int i = 0; i < (rgb ? colors : 1); ++i) {
    Component values(frame, layout, i);
    for (int y = grey.y; y < below; ++y) {
      const uint16_t* row = grey.codes.row(std::min(y - grey.y, height - 1));
      for (int x = grey.x; x < right; ++x) {
        const uint16_t code = row[std::min(x - grey.x, width - 1)];
        values.set(x, y, in_range(code, values.depth(), full));
      }
    }
  }
  if (rgb || colors < 3) return;
  for (int i = 1; i < 3; ++i) {
    Component values(frame, layout, i);
    const auto none = static_cast<uint16_t>(1U << (values.depth() - 1));
    for (int y = grey.y >> layout.log2_chroma_h; y < below >> layout.log2_chroma_h; ++y) {
      for (int x = grey.x >> layout.log2_chroma_w; x < right >> layout.log2_chroma_w; ++x) {
        values.set(x, y, none);
      }
    }
  }
}

}  // namespace dpt::video
