// Where frames go.
#pragma once

#include <cstdint>
#include <optional>

#include "image/draw/colormap.h"
#include "movie/prediction.h"

namespace dpt::movie {

class Sink {
 public:
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  /// `time` in VideoInfo::time_base, growing.
  virtual void add(Prediction prediction, int64_t time) = 0;
  /// Shows every frame in the range of all of them, which it must be given before the first.
  virtual bool wants_range() const { return false; }
  virtual void set_range(image::Range /*range*/) {}
  /// After the last frame.
  virtual void finish() = 0;

 protected:
  Sink() = default;
};

/// Keeps nothing but the range of all frames' robust ranges.
class RangeSink : public Sink {
 public:
  void add(Prediction prediction, int64_t time) override;
  void finish() override {}
  image::Range range() const { return range_.value_or(image::Range{}); }

 private:
  std::optional<image::Range> range_;
};

}  // namespace dpt::movie
