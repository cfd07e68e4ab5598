#include "video/pictures.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "image/codec/read.h"
#include "image/resample/resize.h"
#include "video/av.h"
#include "video/options.h"

namespace dpt::video {

namespace {

Rational rational(double rate) {
  const AVRational exact = av_d2q(rate > 0 ? rate : usual_frame_rate, 1001000);
  return {exact.num, exact.den};
}

}  // namespace

PictureSequence::PictureSequence(std::vector<std::filesystem::path> files, double frame_rate,
                                 const Cut& cut)
    : files_(std::move(files)), rate_(rational(frame_rate)) {
  const auto count = static_cast<int64_t>(files_.size());
  files_.erase(files_.begin() + cut.end_of(count, rate_.value()), files_.end());
  files_.erase(files_.begin(), files_.begin() + std::min(cut.first_of(count, rate_.value()),
                                                         static_cast<int64_t>(files_.size())));
  if (files_.empty()) {
    fail(ErrorKind::input, "the pictures end at {:.3f} seconds ({} at {:.6g} a second)",
         static_cast<double>(count) / rate_.value(), count, rate_.value());
  }
  first_ = read_next();
  if (!first_) fail(ErrorKind::input, "{}", errors_.empty() ? "no pictures" : errors_.front());
  width_ = first_->picture.width();
  height_ = first_->picture.height();
}

VideoInfo PictureSequence::info() const {
  VideoInfo info;
  info.width = width_;
  info.height = height_;
  info.time_base = {rate_.den, rate_.num};
  info.frame_rate = rate_;
  info.frames = static_cast<int64_t>(files_.size());
  return info;
}

std::optional<Frame> PictureSequence::next() {
  std::optional<Frame> frame = first_ ? std::exchange(first_, std::nullopt) : read_next();
  if (frame && (frame->picture.width() != width_ || frame->picture.height() != height_)) {
    frame->picture =
        image::resize_pil(frame->picture.view(), width_, height_, image::PilFilter::bicubic);
  }
  return frame;
}

std::optional<Frame> PictureSequence::read_next() {
  while (at_ < files_.size()) {
    const size_t place = at_++;
    try {
      return Frame{image::read(files_[place]), static_cast<int64_t>(place)};
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      errors_.emplace_back(error.what());
    }
  }
  return std::nullopt;
}

}  // namespace dpt::video
