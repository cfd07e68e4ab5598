#include "backend/cpu/kernels/labels/label_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "backend/cpu/kernels/labels/label_map_job.h"
#include "image/resample/plane_taps.h"
#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class LabelMap : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(LabelMap);

enum class Filter : uint8_t { bilinear, bicubic };

template <size_t N>
std::vector<WideTap> widen(const std::vector<image::Tap<N>>& taps) {
  std::vector<WideTap> wide;
  for (const image::Tap<N>& tap : taps) {
    WideTap& out = wide.emplace_back();
    std::copy(tap.index.begin(), tap.index.end(), out.index.begin());
    std::copy(tap.weight.begin(), tap.weight.end(), out.weight.begin());
  }
  return wide;
}

std::vector<WideTap> make_taps(Filter filter, int64_t in, int64_t out) {
  const auto from = static_cast<int>(in);
  const auto to = static_cast<int>(out);
  return filter == Filter::bilinear ? widen(image::linear_taps(from, to))
                                    : widen(image::cubic_taps(from, to));
}

struct Size {
  int64_t height, width;
};

struct Axis {
  int64_t in, resized, out;
};

/// Maps on their way to a picture, with room for the results.
struct Case {
  Case(Floats class_maps, const Size& size, int64_t class_count, const Size& resized,
       const Size& picture, Filter filter)
      : maps(std::move(class_maps)),
        classes(class_count),
        rows(make_taps(filter, resized.height, picture.height)),
        columns(make_taps(filter, resized.width, picture.width)),
        labels(static_cast<size_t>(picture.height * picture.width)),
        scores(labels.size()),
        args{.maps = maps.data(),
             .height = size.height,
             .width = size.width,
             .classes = classes,
             .resized_height = resized.height,
             .resized_width = resized.width,
             .rows = rows,
             .columns = columns,
             .labels = labels.data(),
             .scores = scores.data()},
        values(label_map_reference(args)),
        expected_labels(labels),
        expected_scores(scores) {
    for (const float v : maps) largest_input = std::max(largest_input, std::abs(double{v}));
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  void run(bool with_scores, int threads) {
    ThreadPool pool(threads);
    args.scores = with_scores ? scores.data() : nullptr;
    label_map(pool, args);
  }

  Floats maps;
  int64_t classes;
  std::vector<WideTap> rows, columns;
  std::vector<uint16_t> labels;
  Floats scores;
  LabelMapArgs args;
  double largest_input = 0;
  std::vector<double> values;  ///< of the reference
  std::vector<uint16_t> expected_labels;
  Floats expected_scores;
};

// How far a value may be from the reference, which sums in double. The weights of each axis are
// rounded once and its sum of four products makes at most four roundings: ten in all, relative to
// the sum of abs(weight) * abs(value). The weights of one axis have absolute sums of at most 1.375
// (bicubic, half way).
double value_tolerance(const Case& c) { return 10 * rounding * 1.375 * 1.375 * c.largest_input; }

// How far the weights of an axis are from summing to 1; tested below.
constexpr double sum_tolerance = 1e-6;

// By how much the reference may prefer another class to that of a settled block. Bicubic weights of
// a position have at most 0.1875 below zero, so those of a corner, which sum to 1, have absolute
// sums of at most 1 + 6 * 0.1875. Values at corners are rounded like others. The mean of corners
// that stands for a position has, on either axis, weights that are off by sum_tolerance and by
// three roundings of the corners'.
double settled_tolerance(const Case& c) {
  constexpr double sum = 1 + 6 * 0.1875;
  const double corner = 10 * rounding * sum * sum;
  const double mean = 2 * (sum_tolerance + 3 * rounding * sum) * sum;
  return 2 * (corner + mean) * c.largest_input + 2 * value_tolerance(c);
}

/// Labels may differ from the reference's where its margin is below the tolerance, and only there.
void expect_labels(const Case& c, double tolerance, const std::string& what) {
  for (size_t p = 0; p < c.labels.size(); ++p) {
    ASSERT_GE(c.labels[p], 1) << what;
    ASSERT_LE(c.labels[p], c.classes) << what;
    const double* values = c.values.data() + p * static_cast<size_t>(c.classes);
    const double margin = values[c.expected_labels[p] - 1] - values[c.labels[p] - 1];
    ASSERT_LE(margin, tolerance) << what << ", position " << p;
  }
}

void expect_scores(const Case& c, const std::string& what) {
  // The exponents are off by two values' tolerance and by two roundings of up to 87 where the
  // exponential is e^-87: at most 0.74 roundings of 1 for each class. Each class adds one rounding
  // of the sum. The exponential's own error (2.2e-7), the division and the rounding of the
  // reference are six roundings.
  const double relative =
      2 * value_tolerance(c) + (1.74 * static_cast<double>(c.classes) + 6) * rounding;
  expect_close(
      c.scores, c.expected_scores, [&](size_t p) { return relative * c.expected_scores[p]; }, what);
}

void check(Case& c, int threads, const std::string& what) {
  // With scores every position is computed.
  c.run(true, threads);
  expect_labels(c, 2 * value_tolerance(c), what + ", with scores");
  expect_scores(c, what);
  c.run(false, threads);
  expect_labels(c, settled_tolerance(c), what);
}

Size twice(const Size& size) { return {2 * size.height, 2 * size.width}; }

TEST_P(LabelMap, EqualsReference) {
  run([] {
    const Size maps[] = {{1, 1}, {2, 3}, {3, 2}, {7, 5}, {12, 9}};
    for (const Size& in : maps) {
      for (const Size& resized : {in, twice(in), Size{2 * in.height + 1, 5 * in.width}}) {
        for (const Size& picture : {Size{1, 1}, Size{5, 4}, Size{31, 47}, twice(in)}) {
          for (const int64_t classes : {1, 2, 3, 5, 8, 16, 23, 150}) {
            for (const Filter filter : {Filter::bilinear, Filter::bicubic}) {
              Case c(random_floats(in.height * in.width * classes, 1), in, classes, resized,
                     picture, filter);
              check(c, static_cast<int>(classes % 3 + 1),
                    std::to_string(in.height) + "x" + std::to_string(in.width) + "x" +
                        std::to_string(classes) + " to " + std::to_string(picture.height) + "x" +
                        std::to_string(picture.width));
            }
          }
        }
      }
    }
  });
}

/// Waves of a few pixels' length: regions of one class with smooth borders.
Floats smooth_maps(const Size& size, int64_t classes) {
  Floats maps;
  for (int64_t y = 0; y < size.height; ++y) {
    for (int64_t x = 0; x < size.width; ++x) {
      for (int64_t k = 0; k < classes; ++k) {
        const double across = 0.17 * static_cast<double>(x) + static_cast<double>(k);
        const double down = 0.23 * static_cast<double>(y) + 2 * static_cast<double>(k);
        maps.push_back(static_cast<float>(3 * std::sin(across) * std::cos(down)));
      }
    }
  }
  return maps;
}

TEST_P(LabelMap, LargeRegionsEnlargedALot) {
  run([] {
    const Size in{24, 31};
    for (const Filter filter : {Filter::bilinear, Filter::bicubic}) {
      for (const int64_t classes : {3, 20}) {
        Case smooth(smooth_maps(in, classes), in, classes, twice(in), {333, 257}, filter);
        check(smooth, 3, "smooth");
        Case random(random_floats(in.height * in.width * classes, 2), in, classes, twice(in),
                    {333, 257}, filter);
        check(random, 2, "random");
      }
    }
  });
}

// Between two pixels the bicubic weights of the pixels further out are negative, so a class that is
// the largest at all four by little here and by much there is not the largest between them.
TEST_P(LabelMap, OvershootIsNotSettled) {
  run([] {
    const Size in{9, 40};
    Floats maps;
    for (int64_t p = 0; p < in.height * in.width; ++p) {
      const int64_t x = p % in.width % 8;
      maps.push_back(0);
      maps.push_back(x == 3 || x == 4 ? -0.05F : -8.0F);
    }
    Case c(std::move(maps), in, 2, twice(in), {90, 800}, Filter::bicubic);
    check(c, 1, "overshoot");
    EXPECT_GT(std::count(c.labels.begin(), c.labels.end(), 2), 1000);
  });
}

// The same with margins of any size side by side, from e^-4 to e^4.
TEST_P(LabelMap, OneClassIsTheLargestEverywhereInTheMaps) {
  run([] {
    const Size in{40, 40};
    for (const unsigned seed : {1U, 2U, 3U, 4U}) {
      Floats maps;
      for (const float v : random_floats(in.height * in.width, seed, 0, 2)) {
        maps.push_back(0);
        maps.push_back(-std::exp(std::clamp(v, -4.0F, 4.0F)));
      }
      Case c(std::move(maps), in, 2, twice(in), {440, 400}, Filter::bicubic);
      check(c, 1, "one class");
      EXPECT_GT(std::count(c.labels.begin(), c.labels.end(), 2), 1000);
    }
  });
}

TEST_P(LabelMap, TheFirstOfEqualClassesWins) {
  run([] {
    const Size in{11, 13};
    const int64_t copies = 3;
    for (const int64_t classes : {1, 7, 50}) {
      const Floats once = smooth_maps(in, classes);
      Floats maps;
      for (int64_t p = 0; p < in.height * in.width; ++p) {
        for (int64_t i = 0; i < copies; ++i) {
          maps.insert(maps.end(), once.begin() + p * classes, once.begin() + (p + 1) * classes);
        }
      }
      Case c(std::move(maps), in, copies * classes, twice(in), {101, 127}, Filter::bicubic);
      for (const bool with_scores : {false, true}) {
        c.run(with_scores, 2);
        EXPECT_LE(*std::max_element(c.labels.begin(), c.labels.end()), classes);
      }
    }
  });
}

/// The third class is the largest, but for one pixel whose first `lost` classes are NaN.
void check_nan(int64_t classes, int64_t lost) {
  const Size in{16, 16};
  Floats maps(static_cast<size_t>(in.height * in.width * classes));
  for (size_t i = 0; i < maps.size(); ++i) maps[i] = i % static_cast<size_t>(classes) == 2;
  float* pixel = maps.data() + (8 * in.width + 8) * classes;
  std::fill(pixel, pixel + lost, std::numeric_limits<float>::quiet_NaN());
  Case c(std::move(maps), in, classes, twice(in), {160, 160}, Filter::bicubic);
  for (const bool with_scores : {false, true}) {
    c.run(with_scores, 2);
    const auto label = [&](size_t y, size_t x) { return c.labels[y * 160 + x]; };
    EXPECT_EQ(label(20, 20), 3);
    EXPECT_EQ(label(140, 85), 3);
    // The first of those that are left, of all where none is.
    EXPECT_EQ(label(85, 85), lost == classes ? 1 : lost + 1);
  }
}

TEST_P(LabelMap, NaNIsNeverTheLargest) {
  run([] {
    check_nan(3, 3);
    check_nan(40, 3);
    check_nan(40, 40);
  });
}

/// Corner k is larger than the others in weight k alone, by the same amount for all k.
void expect_mean_of_corners(const Weights& weights, const WindowRun& run) {
  double shares = 0;
  for (size_t k = 0; k < 4; ++k) {
    const double low = run.corners[(k + 1) % 4][k];
    const double high = run.corners[k][k];
    EXPECT_GE(weights[k], low);
    if (high - low > sum_tolerance) shares += (weights[k] - low) / (high - low);
  }
  const double rest = double{run.corners[0][0]} - run.corners[1][0];
  if (rest > sum_tolerance) {
    EXPECT_NEAR(shares, 1, 2 * sum_tolerance / rest);
  }
}

void expect_sum_of_one(const Weights& weights) {
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, sum_tolerance);
}

void check_windows(const Axis& axis, Filter filter) {
  const Windows windows = compose(axis.in, axis.resized, make_taps(filter, axis.resized, axis.out));
  ASSERT_EQ(windows.weights.size(), static_cast<size_t>(axis.out));
  int64_t next = 0;
  for (const WindowRun& run : windows.runs) {
    EXPECT_EQ(run.begin, next);
    next = run.end;
    EXPECT_TRUE(std::is_sorted(run.source.begin(), run.source.end()));
    EXPECT_LT(run.source.back(), axis.in);
    for (const Weights& corner : run.corners) expect_sum_of_one(corner);
    for (int64_t i = run.begin; i < run.end; ++i) {
      const Weights& weights = windows.weights[static_cast<size_t>(i)];
      expect_sum_of_one(weights);
      expect_mean_of_corners(weights, run);
    }
  }
  EXPECT_EQ(next, axis.out);
}

TEST(LabelMapWindows, HaveTheWeightsOfBothResizings) {
  for (const Axis& axis : {Axis{1, 2, 5}, {3, 6, 40}, {30, 60, 17}, {30, 60, 1000}, {9, 9, 33}}) {
    check_windows(axis, Filter::bilinear);
    check_windows(axis, Filter::bicubic);
  }
}

TEST(LabelMapWindows, AreWideEnoughForMapsEnlargedByTwoOnly) {
  EXPECT_NO_THROW((void)compose(100, 200, make_taps(Filter::bicubic, 200, 500)));
  EXPECT_THROW((void)compose(100, 120, make_taps(Filter::bicubic, 120, 500)), std::logic_error);
}

}  // namespace
}  // namespace dpt::cpu
