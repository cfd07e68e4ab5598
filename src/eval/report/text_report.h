// Results for people and spreadsheets.
#pragma once

#include <string>

#include "eval/report/results.h"

namespace dpt::eval {

/// The setting, the figures and the counts; for segmentation each class's IoU too.
std::string table_of(const Results& results);

/// A line for each picture: its index, name, counted pixels, figures. Numbers round trip, NaN is
/// empty.
std::string csv_of(const Results& results);

/// "10 pictures, 1 without valid truth, 2 failed, 45 of the list without truth"
std::string counts_text(const Results& results);

/// A figure as tables show it, with as many digits as papers print.
std::string figure_text(double value);

}  // namespace dpt::eval
