#include <algorithm>

#include "movie/sink.h"
#include "task/display_range.h"

namespace dpt::movie {

void RangeSink::add(Prediction prediction, int64_t /*time*/) {
  if (prediction.depth.empty()) return;
  const image::Range now = task::robust_range(prediction.depth);
  if (!range_) range_ = now;
  range_->min = std::min(range_->min, now.min);
  range_->max = std::max(range_->max, now.max);
}

}  // namespace dpt::movie
