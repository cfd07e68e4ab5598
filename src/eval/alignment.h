// Bringing a prediction to metres.
#pragma once

#include "eval/depth_protocol.h"

namespace dpt::eval {

struct AlignedDepth {
  Depths depth;                 ///< metres, from min_depth to cap, for every pixel
  double scale = 1, shift = 0;  ///< what the prediction (for scale-shift: its inverse) went through
};

/// `truth`, of the prediction's size, is NaN where it does not count.
///
/// none: as it is. median: times the quotient of the truth's and the prediction's median (of
/// inverse depth for PredictionKind::inverse). scale_shift: s, t = argmin of the sum of (s p + t -
/// 1/z)^2, both 0 where that has no single solution; metres are inverted first, limited to
/// [min_depth, cap]. Predicted values that are not finite have no part in that. Inverse depth is
/// then cut below at 1 / cap, and depth limited to [min_depth, cap]; NaN becomes min_depth (as in
/// BTS's evaluation).
AlignedDepth align(const image::Plane& prediction, PredictionKind kind, const Depths& truth,
                   const DepthProtocol& protocol);

}  // namespace dpt::eval
