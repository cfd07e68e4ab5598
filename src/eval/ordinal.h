// Ordinal depth: which of two points is nearer (DIW; the WHDR of Chen et al. 2016, all weights 1).
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "eval/depth_protocol.h"

namespace dpt::eval {

struct Point {
  int x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

struct OrdinalPair {
  Point nearer, farther;
};

/// Share of the pairs whose order the prediction does not give (equal values give none); NaN
/// without pairs. Throws Error(input) for a point outside the prediction.
double whdr_of(const image::Plane& prediction, PredictionKind kind,
               std::span<const OrdinalPair> pairs);

/// A text file with a pair on each line: "X Y X Y <" where the first point is nearer than the
/// second, ">" where it is farther; pixels from 0, blanks or commas between. Empty lines and those
/// that begin with # are left out. Throws Error(input) naming the line.
std::vector<OrdinalPair> read_pairs(const std::filesystem::path& path);

/// protocol.whdr_samples pairs of pixels of the truth (those that count, row by row, with
/// replacement), less those whose depths differ by less than 2 %. The numbers are those of
/// SplitMix64 (Steele, Lea, Flood 2014) begun with seed * 2^32 + index, modulo the number of
/// pixels.
std::vector<OrdinalPair> draw_pairs(const Depths& truth, const DepthProtocol& protocol,
                                    size_t index);

}  // namespace dpt::eval
