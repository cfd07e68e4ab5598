// The Dense Prediction Transformer (Ranftl, Bochkovskiy, Koltun: Vision Transformers for Dense
// Prediction, ICCV 2021) as a graph.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "model/config.h"
#include "model/scope.h"

namespace dpt::model {

/// Input [batch, height, width, 3], normalised; height and width are multiples of 2 * c.patch.
/// Output [batch, height, width, 1] for depth (relative inverse depth, larger is nearer, or
/// metres), [batch, height, width, classes] for segmentation (logits; half the height and width if
/// the graph ends before the upsampling). Problems with the weights go to `report`; the graph may
/// be run only if there are none.
graph::Graph build(const DptConfig& config, std::shared_ptr<const weights::WeightSet> weights,
                   int64_t batch, int64_t height, int64_t width, WeightReport& report,
                   Ending ending = Ending::full_size);

/// What a build of any size says about the weights.
struct WeightCheck {
  std::vector<std::string> problems;    ///< missing and wrongly shaped tensors: cannot be run
  std::vector<std::string> unexpected;  ///< tensors that no part of DPT has: ignored
  std::vector<std::string> unused;      ///< tensors of the files that inference does not need
  int64_t parameters = 0;               ///< elements of all tensors that inference uses
};
WeightCheck check_weights(const DptConfig& config,
                          const std::shared_ptr<const weights::WeightSet>& weights);

}  // namespace dpt::model
