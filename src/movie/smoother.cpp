#include "movie/smoother.h"

#include <utility>

namespace dpt::movie {

Smoother::Smoother(double seconds, double time_base, bool is_relative) : time_base_(time_base) {
  if (seconds > 0) filter_.emplace(seconds, is_relative);
}

void Smoother::apply(Prediction& prediction, int64_t time) {
  prediction.elapsed = static_cast<double>(time - last_time_) * time_base_;
  last_time_ = time;
  prediction.cut = cuts_.next(prediction.picture);
  if (!filter_ || prediction.depth.empty()) return;
  prediction.depth = filter_->next(std::move(prediction.depth), prediction.picture,
                                   prediction.elapsed, prediction.cut);
}

void Smoother::go_on_from(const video::Frame& frame, const image::Plane& depth) {
  last_time_ = frame.time;
  cuts_.next(frame.picture);
  if (filter_ && !depth.empty()) filter_->go_on_from(depth, frame.picture);
}

}  // namespace dpt::movie
