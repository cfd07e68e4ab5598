// The table that the parity program prints.
#pragma once

#include <string>
#include <vector>

namespace dpt::parity {

struct Line {
  std::string name;       ///< file
  std::string check;      ///< what of it
  double difference = 0;  ///< largest, in units of the limit's meaning
  double limit = 0;
  double labels_equal = -1;  ///< share of the clear pixels; below 0 where there are no labels
  bool passed() const { return difference <= limit && (labels_equal < 0 || labels_equal == 1.0); }
};

class Report {
 public:
  /// Prints the line at once, so that a long run shows where it is.
  void add(const Line& line);
  /// Prints how many passed; true if all did and there was at least one.
  bool finish() const;

 private:
  int passed_ = 0, failed_ = 0;
};

}  // namespace dpt::parity
