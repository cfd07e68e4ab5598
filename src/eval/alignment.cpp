#include "eval/alignment.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/resample/scale_shift.h"

namespace dpt::eval {

namespace {

/// Spread of the prediction, in parts of its mean, below which it is taken as constant: rounding
/// alone makes about 1e-13 of a million equal numbers.
constexpr double least_spread = 1e-10;

double limited(double depth, const DepthProtocol& protocol) {
  if (std::isnan(depth)) return protocol.min_depth;
  return std::clamp(depth, protocol.min_depth, protocol.cap);
}

/// Mean of the two middle values where there is an even number of them, as numpy.
double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

class Aligner {
 public:
  Aligner(const image::Plane& prediction, PredictionKind kind, const Depths& truth,
          const DepthProtocol& protocol)
      : prediction_(prediction),
        truth_(truth),
        protocol_(protocol),
        is_inverse_(kind == PredictionKind::inverse) {
    result_.depth = Depths(truth.width(), truth.height());
  }

  AlignedDepth run() {
    if (protocol_.alignment == Alignment::median) fit_medians();
    if (protocol_.alignment == Alignment::scale_shift) {
      inverts_ = !is_inverse_;
      is_inverse_ = true;
      fit_least_squares();
    }
    for (size_t i = 0; i < truth_.size(); ++i) result_.depth.data()[i] = aligned(value(i));
    return std::move(result_);
  }

 private:
  double value(size_t i) const {
    const double stored = prediction_.data()[i];
    return inverts_ ? 1 / limited(stored, protocol_) : stored;
  }

  double truth(size_t i) const { return is_inverse_ ? 1 / truth_.data()[i] : truth_.data()[i]; }

  double aligned(double value) const {
    // Not 0 * infinity where the fit has no solution.
    const double scaled = result_.scale == 0 ? 0 : result_.scale * value;
    const double moved = scaled + result_.shift;
    if (!is_inverse_ || std::isnan(moved)) return limited(moved, protocol_);
    return limited(1 / std::max(moved, 1 / protocol_.cap), protocol_);
  }

  template <typename Body>
  void for_each_pair(const Body& body) const {
    for (size_t i = 0; i < truth_.size(); ++i) {
      if (std::isnan(truth_.data()[i])) continue;
      const double v = value(i);
      if (std::isfinite(v)) body(v, truth(i));
    }
  }

  void fit_medians() {
    std::vector<double> predicted, true_values;
    for_each_pair([&](double p, double t) {
      predicted.push_back(p);
      true_values.push_back(t);
    });
    result_.scale = 0;
    if (predicted.empty()) return;
    const double middle = median(predicted);
    if (middle > 0) result_.scale = median(true_values) / middle;
  }

  void fit_least_squares() {
    const image::PairMoments m = image::pair_moments(
        [&](const auto& body) { for_each_pair([&](double p, double t) { body(1, p, t); }); });
    const double least = least_spread * std::abs(m.mean_x);
    const bool solvable = m.xx > m.weight * least * least;
    result_.scale = solvable ? m.xy / m.xx : 0;
    result_.shift = solvable ? m.shift_for(result_.scale) : 0;
  }

  const image::Plane& prediction_;
  const Depths& truth_;
  const DepthProtocol& protocol_;
  bool is_inverse_;       ///< of what value() gives
  bool inverts_ = false;  ///< value() turns metres to inverse depth
  AlignedDepth result_;
};

}  // namespace

AlignedDepth align(const image::Plane& prediction, PredictionKind kind, const Depths& truth,
                   const DepthProtocol& protocol) {
  return Aligner(prediction, kind, truth, protocol).run();
}

}  // namespace dpt::eval
