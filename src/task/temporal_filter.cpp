#include "task/temporal_filter.h"

#include <algorithm>
#include <cmath>

#include "image/resample/resize.h"
#include "image/resample/scale_shift.h"
#include "task/display_range.h"
#include "task/motion.h"

namespace dpt::task {

namespace {

using image::Plane;

/// Of 255: mismatch of blocks that sensor noise makes, and beyond it that which is trusted to 1/e.
constexpr float mismatch_floor = 3;
constexpr float mismatch_scale = 10;
/// Of the depth's range: difference at which the last value is trusted to 1/e.
constexpr float depth_scale = 0.15F;
constexpr double scale_seconds = 2;  // in which a change of scale or shift is followed
constexpr int fit_step = 7;          // every so many pixels in both directions

float sample(const Plane& plane, float x, float y) {
  const float clamped_x = std::clamp(x, 0.0F, static_cast<float>(plane.width() - 1));
  const float clamped_y = std::clamp(y, 0.0F, static_cast<float>(plane.height() - 1));
  const int left = static_cast<int>(clamped_x);
  const int top = static_cast<int>(clamped_y);
  const int right = std::min(left + 1, plane.width() - 1);
  const int below = std::min(top + 1, plane.height() - 1);
  const float u = clamped_x - static_cast<float>(left);
  const float v = clamped_y - static_cast<float>(top);
  const float upper = plane.at(left, top) + u * (plane.at(right, top) - plane.at(left, top));
  const float lower = plane.at(left, below) + u * (plane.at(right, below) - plane.at(left, below));
  return upper + v * (lower - upper);
}

/// The last result as the present frame sees it, and how far the picture agrees (0 to 1).
struct Moved {
  Plane depth, trust;
};

Moved moved(const Plane& depth, const Motion& motion, int frame_width) {
  const int width = depth.width();
  const int height = depth.height();
  constexpr auto linear = image::PlaneFilter::bilinear;
  const Plane dx = image::resize_plane(motion.dx, width, height, linear);
  const Plane dy = image::resize_plane(motion.dy, width, height, linear);
  Moved out{Plane(width, height), image::resize_plane(motion.mismatch, width, height, linear)};
  const float scale = static_cast<float>(width) / static_cast<float>(frame_width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      out.depth.at(x, y) = sample(depth, static_cast<float>(x) + scale * dx.at(x, y),
                                  static_cast<float>(y) + scale * dy.at(x, y));
      float& trust = out.trust.at(x, y);
      const float share = std::max(trust - mismatch_floor, 0.0F) / mismatch_scale;
      trust = std::exp(-share * share);
    }
  }
  return out;
}

/// depth <- scale * depth + shift, as near to `target` as it can be where that is trusted; `share`
/// of the way, because noise makes the scale a little too small each time.
void bring_to(const Plane& target, const Plane& trust, float share, Plane& depth) {
  const image::PairMoments m = image::pair_moments([&](const auto& body) {
    for (int y = 0; y < depth.height(); y += fit_step) {
      for (int x = 0; x < depth.width(); x += fit_step) {
        body(trust.at(x, y), depth.at(x, y), target.at(x, y));
      }
    }
  });
  if (!(m.weight > 1)) return;
  const double scale = m.xx > 0 ? std::clamp(m.xy / m.xx, 0.5, 2.0) : 1.0;
  const auto factor = static_cast<float>(scale);
  const auto shift = static_cast<float>(m.shift_for(scale));
  for (float& value : depth.span()) value += share * (factor * value + shift - value);
}

Plane copy_of(const Plane& in) {
  Plane out(in.width(), in.height());
  std::copy(in.span().begin(), in.span().end(), out.span().begin());
  return out;
}

}  // namespace

void TemporalFilter::go_on_from(const Plane& depth, const image::ImageView& picture) {
  last_frame_ = motion_frame(picture);
  last_depth_ = copy_of(depth);
}

Plane TemporalFilter::next(Plane depth, const image::ImageView& picture, double elapsed, bool cut) {
  Plane frame = motion_frame(picture);
  const bool follows = !cut && !last_depth_.empty() && last_depth_.width() == depth.width() &&
                       last_depth_.height() == depth.height();
  if (follows) {
    const Motion motion = find_motion(frame, last_frame_);
    const Moved last = moved(last_depth_, motion, frame.width());
    const double share = std::exp(-std::max(elapsed, 0.0) / scale_seconds);
    if (is_relative_) bring_to(last.depth, last.trust, static_cast<float>(share), depth);
    const image::Range range = robust_range(depth);
    const float spread = depth_scale * std::max(range.max - range.min, 1e-30F);
    const auto keep = static_cast<float>(std::exp(-std::max(elapsed, 0.0) / time_constant_));
    for (size_t i = 0; i < depth.size(); ++i) {
      float& value = depth.data()[i];
      const float difference = last.depth.data()[i] - value;
      const float step = difference / spread;
      const float weight = keep * last.trust.data()[i] * std::exp(-step * step);
      value += weight * difference;
    }
  }
  Plane kept = copy_of(depth);  // the last that may fail
  last_frame_ = std::move(frame);
  last_depth_ = std::move(kept);
  return depth;
}

}  // namespace dpt::task
