#include "model/network.h"

namespace dpt::model {

graph::Graph build(const Network& network, std::shared_ptr<const weights::WeightSet> weights,
                   int64_t batch, int64_t height, int64_t width, WeightReport& report,
                   Ending ending) {
  graph::Graph g;
  const Scope root(g, std::move(weights), report);
  const graph::Value image = g.input({batch, height, width, 3});
  g.set_output(network.build(g, root, image, ending));
  return g;
}

WeightCheck check_weights(const Network& network,
                          const std::shared_ptr<const weights::WeightSet>& weights) {
  WeightReport report;
  const int64_t side = network.config().size_multiple;
  build(network, weights, 1, side, side, report);
  WeightCheck check;
  check.problems = std::move(report.problems);
  for (const std::string& key : weights->keys()) {
    if (report.used.contains(key)) {
      check.parameters += weights->shape(key).elements();
    } else {
      (network.is_known_unused(key) ? check.unused : check.unexpected).push_back(key);
    }
  }
  return check;
}

}  // namespace dpt::model
