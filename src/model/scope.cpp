#include "model/scope.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "base/error.h"

namespace dpt::model {

namespace {

bool all_finite(const float* values, int64_t count) {
  constexpr uint32_t exponent = 0x7F800000U;  // all ones: infinite or not a number
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    found |= static_cast<uint32_t>((std::bit_cast<uint32_t>(values[i]) & exponent) == exponent);
  }
  return found == 0;
}

/// Names every tensor of the file that is not finite: a reader of the message fixes all at once.
[[noreturn]] void fail_with_non_finite(const weights::WeightSet& weights) {
  std::string list;
  int listed = 0;
  for (const std::string& key : weights.keys()) {
    const int64_t count = weights.count_non_finite(key);
    if (count == 0 || ++listed > 5) continue;
    list += fmt::format("{}{} ({} of {})", listed > 1 ? ", " : "", printable(key), count,
                        weights.shape(key).elements());
  }
  if (listed > 5) list += fmt::format(" and {} more", listed - 5);
  fail(ErrorKind::model, "{}: values that are infinite or not a number in tensor {}",
       weights.path_text(), list);
}

}  // namespace

Scope::Scope(graph::Graph& graph, std::shared_ptr<const weights::WeightSet> weights,
             WeightReport& report)
    : graph_(&graph), weights_(std::move(weights)), report_(&report) {}

Scope Scope::operator/(std::string_view child) const {
  Scope scope = *this;
  scope.prefix_ += child;
  scope.prefix_ += '.';
  return scope;
}

Scope Scope::operator/(int64_t child) const { return *this / std::to_string(child); }

graph::Value Scope::operator()(std::string_view name, const Shape& expected) const {
  return graph_->constant(constant(name, expected));
}

graph::ConstantPtr Scope::constant(std::string_view name, const Shape& expected) const {
  const std::string key = prefix_ + std::string(name);
  report_->used.insert(key);
  if (!weights_->contains(key)) {
    report_->problems.push_back(fmt::format("tensor {} is missing", key));
  } else if (weights_->shape(key) != expected) {
    report_->problems.push_back(fmt::format("tensor {} has shape {}, expected {}", key,
                                            weights_->shape(key).text(), expected.text()));
  } else if (!weights_->is_readable(key)) {
    report_->problems.push_back(
        fmt::format("tensor {} has element type {}, expected floating point", key,
                    name_of(weights_->dtype(key))));
  } else {
    const auto read = [weights = weights_, key, rows = expected[0],
                       length = expected.row_elements()](int64_t first, int64_t count, float* out) {
      weights->read_rows(key, first, count, out);
      if (!all_finite(out, count * length)) fail_with_non_finite(*weights);
      // Readers go through a tensor once, from its first row to its last.
      if (first + count == rows) weights->release(key);
    };
    return graph::make_constant(key, expected, read);
  }
  return graph::make_constant(
      key, expected, [length = expected.row_elements()](int64_t, int64_t count, float* out) {
        std::fill_n(out, count * length, 0.0F);
      });
}

}  // namespace dpt::model
