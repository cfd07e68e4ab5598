// An evaluation as one HTML file that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include "eval/panels.h"
#include "eval/results.h"

namespace dpt::eval {

/// A picture shown in the report; no panels where only its figures are known.
struct ShownPicture {
  const PictureResult* result = nullptr;
  std::vector<Panel> panels{};
};

/// The pictures to show: up to `count` of the worst, the worst first, or of the best. By abs_rel or
/// pixel_accuracy; those without it are left out, and none is both.
std::vector<const PictureResult*> worst_of(const Results& results, size_t count);
std::vector<const PictureResult*> best_of(const Results& results, size_t count);

std::string html_of(const Results& results, const std::vector<ShownPicture>& worst,
                    const std::vector<ShownPicture>& best);

}  // namespace dpt::eval
