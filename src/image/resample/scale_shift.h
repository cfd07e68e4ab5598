// Least squares of scale and shift between two sets of values (MiDaS, section 4: relative inverse
// depth is known up to both).
#pragma once

namespace dpt::image {

/// Weighted means of pairs (x, y), and the sums of products about them.
struct PairMoments {
  double weight = 0;
  double mean_x = 0, mean_y = 0;
  double xx = 0, xy = 0, yy = 0;

  /// scale * x + shift is nearest to y with scale = xy / xx (where xx > 0) and this shift.
  double shift_for(double scale) const { return mean_y - scale * mean_x; }
};

/// `each(body)` calls body(weight, x, y) for each pair, in the same order each time: it is called
/// twice, since sums of squares that are not taken about the means lose half of their digits.
template <typename Each>
PairMoments pair_moments(const Each& each) {
  PairMoments m;
  each([&](double w, double x, double y) {
    m.weight += w;
    m.mean_x += w * x;
    m.mean_y += w * y;
  });
  if (!(m.weight > 0)) return {};
  m.mean_x /= m.weight;
  m.mean_y /= m.weight;
  each([&](double w, double x, double y) {
    m.xx += w * (x - m.mean_x) * (x - m.mean_x);
    m.xy += w * (x - m.mean_x) * (y - m.mean_y);
    m.yy += w * (y - m.mean_y) * (y - m.mean_y);
  });
  return m;
}

}  // namespace dpt::image
