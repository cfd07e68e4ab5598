#include "eval/confusion.h"

#include <cmath>
#include <limits>

#include "base/error.h"

namespace dpt::eval {

namespace {

int checked(int64_t classes) {
  if (classes < 1 || classes > most_classes) {
    fail(ErrorKind::input, "{} classes, expected 1 to {}", classes, most_classes);
  }
  return static_cast<int>(classes);
}

double quotient(int64_t part, int64_t whole) {
  if (whole == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Throws Error(input) unless the counts are none below 0 and their sum is a number of 64 bits, so
/// that no figure can overflow.
int64_t checked_sum(std::span<const int64_t> counts, int64_t sum = 0) {
  for (const int64_t count : counts) {
    if (count < 0 || count > std::numeric_limits<int64_t>::max() - sum) {
      fail(ErrorKind::input, "the confusion matrix counts fewer than 0 or more than {} pixels",
           std::numeric_limits<int64_t>::max());
    }
    sum += count;
  }
  return sum;
}

/// Of those that are numbers; NaN without any.
double mean_of_numbers(std::span<const double> values) {
  double sum = 0;
  int count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / count;
}

}  // namespace

Confusion::Confusion(int64_t classes) : classes_(checked(classes)) {
  counts_.assign(place(classes_, 0), 0);
}

Confusion::Confusion(int64_t classes, std::vector<int64_t> counts)
    : classes_(checked(classes)), counts_(std::move(counts)) {
  if (counts_.size() != place(classes_, 0)) {
    fail(ErrorKind::input, "the confusion matrix has {} entries, expected {} x {}", counts_.size(),
         classes_, classes_ + 1);
  }
  checked_sum(counts_);
}

void Confusion::add(const image::Labels& truth, const image::Labels& predicted) {
  if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
    fail(ErrorKind::usage, "labels of {}x{} against truth of {}x{}", predicted.width(),
         predicted.height(), truth.width(), truth.height());
  }
  for (size_t i = 0; i < truth.size(); ++i) {
    const int true_label = truth.data()[i];
    if (true_label == 0 || true_label > classes_) continue;
    const int label = predicted.data()[i];
    const bool is_class = label >= 1 && label <= classes_;
    ++counts_[place(true_label - 1, is_class ? label - 1 : classes_)];
  }
}

void Confusion::add(const Confusion& other) {
  if (other.classes_ != classes_) {
    fail(ErrorKind::usage, "confusion of {} classes and of {}", classes_, other.classes_);
  }
  checked_sum(other.counts_, pixels());
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

int64_t Confusion::pixels() const { return checked_sum(counts_); }

LabelFigures Confusion::figures() const {
  std::vector<int64_t> truth(static_cast<size_t>(classes_), 0);
  std::vector<int64_t> predicted(static_cast<size_t>(classes_) + 1, 0);
  for (int t = 0; t < classes_; ++t) {
    for (int p = 0; p <= classes_; ++p) {
      truth[static_cast<size_t>(t)] += at(t, p);
      predicted[static_cast<size_t>(p)] += at(t, p);
    }
  }
  LabelFigures result;
  int64_t right = 0;
  for (int c = 0; c < classes_; ++c) {
    const auto i = static_cast<size_t>(c);
    const int64_t hits = at(c, c);
    right += hits;
    result.class_accuracy.push_back(quotient(hits, truth[i]));
    result.class_iou.push_back(quotient(hits, truth[i] - hits + predicted[i]));
  }
  result.pixel_accuracy = quotient(right, pixels());
  result.mean_accuracy = mean_of_numbers(result.class_accuracy);
  result.mean_iou = mean_of_numbers(result.class_iou);
  return result;
}

}  // namespace dpt::eval
