#include "eval/ordinal.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/splitmix64.h"
#include "eval/datasets/text_file.h"

namespace dpt::eval {

namespace {

constexpr double least_ratio = 1.02;

float value_at(const image::Plane& plane, Point point) {
  if (point.x < 0 || point.y < 0 || point.x >= plane.width() || point.y >= plane.height()) {
    fail(ErrorKind::input, "the point ({}, {}) lies outside the depth of {}x{}", point.x, point.y,
         plane.width(), plane.height());
  }
  return plane.at(point.x, point.y);
}

OrdinalPair parse_pair(const TextLine& line) {
  if (line.words.size() == 5 && (line.words[4] == "<" || line.words[4] == ">")) {
    const auto a = Point{line.integer(0), line.integer(1)};
    const auto b = Point{line.integer(2), line.integer(3)};
    return line.words[4] == "<" ? OrdinalPair{a, b} : OrdinalPair{b, a};
  }
  line.fail_expecting("X Y X Y and < or >");
}

}  // namespace

double whdr_of(const image::Plane& prediction, PredictionKind kind,
               std::span<const OrdinalPair> pairs) {
  int64_t wrong = 0;
  for (const OrdinalPair& pair : pairs) {
    const float nearer = value_at(prediction, pair.nearer);
    const float farther = value_at(prediction, pair.farther);
    const bool right = kind == PredictionKind::inverse ? nearer > farther : nearer < farther;
    wrong += right ? 0 : 1;
  }
  if (pairs.empty()) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(wrong) / static_cast<double>(pairs.size());
}

std::vector<OrdinalPair> read_pairs(const std::filesystem::path& path) {
  std::vector<OrdinalPair> pairs;
  for (const TextLine& line : read_lines(path)) pairs.push_back(parse_pair(line));
  return pairs;
}

std::vector<OrdinalPair> draw_pairs(const Depths& truth, const DepthProtocol& protocol,
                                    size_t index) {
  std::vector<Point> pixels;
  for (int y = 0; y < truth.height(); ++y) {
    for (int x = 0; x < truth.width(); ++x) {
      if (!std::isnan(truth.at(x, y))) pixels.push_back({x, y});
    }
  }
  std::vector<OrdinalPair> pairs;
  if (pixels.empty()) return pairs;
  SplitMix64 numbers((uint64_t{protocol.seed} << 32) + index);
  for (int i = 0; i < protocol.whdr_samples; ++i) {
    const Point a = pixels[numbers.next() % pixels.size()];
    const Point b = pixels[numbers.next() % pixels.size()];
    const double za = truth.at(a.x, a.y);
    const double zb = truth.at(b.x, b.y);
    if (zb >= least_ratio * za) pairs.push_back({a, b});
    if (za >= least_ratio * zb) pairs.push_back({b, a});
  }
  return pairs;
}

}  // namespace dpt::eval
