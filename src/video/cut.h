// The part of a source that is wanted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dpt::video {

/// Seconds from the source's beginning. Times are taken to the millisecond, as people copy them
/// from players: a frame half a millisecond before the start is in it.
class Cut {
 public:
  /// `duration` 0: until the source ends.
  Cut(double start, double duration)
      : start_(start),
        end_(duration > 0 ? start + duration : std::numeric_limits<double>::infinity()) {}

  bool skips() const { return start_ > 0; }
  bool ends() const { return std::isfinite(end_); }
  double start() const { return start_; }
  bool is_before(double seconds) const { return skips() && seconds < start_ - tolerance; }
  bool is_after(double seconds) const { return seconds >= end_ - tolerance; }

  /// Of frames at an even rate: the number of the first one in the part, and of the first one after
  /// it, at most `count`.
  int64_t first_of(int64_t count, double rate) const { return number_at(start_, count, rate); }
  int64_t end_of(int64_t count, double rate) const { return number_at(end_, count, rate); }

 private:
  static constexpr double tolerance = 0.0005;

  static int64_t number_at(double seconds, int64_t count, double rate) {
    const double number = std::ceil((seconds - tolerance) * rate);
    return number < static_cast<double>(count) ? std::max<int64_t>(static_cast<int64_t>(number), 0)
                                               : count;
  }

  double start_, end_;
};

}  // namespace dpt::video
