// An evaluation as one HTML file that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include "eval/report/panels.h"
#include "eval/report/results.h"

namespace dpt::eval {

/// The pictures to show: up to `count` of the worst, the worst first, or of the best. By abs_rel or
/// pixel_accuracy; those without it are left out, and none is both.
std::vector<const PictureResult*> worst_of(const Results& results, size_t count);
std::vector<const PictureResult*> best_of(const Results& results, size_t count);

/// As a report holds it.
ShownPanel shown_panel(const Panel& panel);

/// With the `count` worst and best pictures; of those without panels only the figures.
std::string html_of(const Results& results, size_t count);

}  // namespace dpt::eval
