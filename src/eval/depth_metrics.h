// The figures of one picture's depth (Eigen et al. 2014; MiDaS; BTS's eval_with_pngs).
#pragma once

#include <array>
#include <span>

#include "eval/alignment.h"
#include "eval/ordinal.h"
#include "eval/report/figures.h"

namespace dpt::eval {

/// By DepthFigure; NaN: the picture has none.
using DepthFigures = std::array<double, depth_figure_count>;

struct DepthResult {
  int64_t valid = 0;  ///< pixels that counted
  double scale = 1, shift = 0;
  DepthFigures figures{};
};

/// abs_rel mean |z - z*| / z*; sq_rel mean (z - z*)^2 / z*; rmse; rmse_log of ln z; log10 mean
/// |log10 z - log10 z*|; silog 100 sqrt(mean e^2 - (mean e)^2), e = ln z - ln z*; delta k: share
/// with max(z / z*, z* / z) < 1.25^k; outliers: percent with > 1.25. `depth` > 0; `truth` NaN where
/// it does not count. Leaves whdr NaN; all are NaN where no pixel counts.
DepthFigures measure(const Depths& depth, const Depths& truth);

/// One picture from its prediction to its figures. `prediction` is brought to the truth's size
/// (bilinear, align_corners false, no antialias); `points` are pixels of the truth, or of the
/// prediction where `truth` is empty. `index` of the picture in the data set: for drawn points.
/// `aligned`, unless null, becomes the depth that was measured. Throws Error(input) as
/// keep_region() and whdr_of().
DepthResult evaluate(const image::Plane& prediction, PredictionKind kind, Depths truth,
                     std::span<const OrdinalPair> points, const DepthProtocol& protocol,
                     size_t index, AlignedDepth* aligned = nullptr);

}  // namespace dpt::eval
