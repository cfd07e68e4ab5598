// Sizes of a network read off the shapes of its tensors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weights/weight_set.h"

namespace dpt::model {

/// Keeps a reference to the weights.
class Shapes {
 public:
  /// `family`: what the network is taken for, "DPT", for errors.
  Shapes(const weights::WeightSet& weights, std::string_view family)
      : weights_(weights), family_(family) {}

  bool has(std::string_view key) const { return weights_.contains(key); }

  /// Extent `axis` of a tensor that every network of the family has, which must have this rank.
  /// Throws Error(model) when it has not, or an extent that no network has.
  int64_t extent(const std::string& key, size_t rank, size_t axis) const;

  /// How many of PREFIX0SUFFIX, PREFIX1SUFFIX, ... there are, from 0 on.
  int64_t count(std::string_view prefix, std::string_view suffix) const;

 private:
  std::string hint() const;

  const weights::WeightSet& weights_;
  std::string_view family_;
};

}  // namespace dpt::model
