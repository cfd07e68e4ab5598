// Views of a prediction beside its truth, for reports.
#pragma once

#include <string>
#include <vector>

#include "eval/alignment.h"

namespace dpt::eval {

struct Panel {
  std::string title;
  image::Image image;
};

/// Photo, prediction and truth as inverse depth in the truth's range (near is bright), and
/// |z - z*| / z* from 0 (dark) to 0.5. `truth`: NaN, shown black, where it does not count. Each at
/// most panel_width wide.
std::vector<Panel> depth_panels(const image::ImageView& photo, const Depths& depth,
                                const Depths& truth);

/// Photo, labels and truth in their colours, and right (grey) and wrong (red) pixels, black where
/// the truth does not count.
std::vector<Panel> label_panels(const image::ImageView& photo, const image::Labels& labels,
                                const image::Labels& truth);

inline constexpr int panel_width = 320;

}  // namespace dpt::eval
