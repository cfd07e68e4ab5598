#include "model/modules.h"

namespace dpt::model {

using graph::Align;

Value depth_head(Graph& g, const Scope& w, Value path, const std::array<int64_t, 2>& channels,
                 const std::optional<MetricDepth>& metric) {
  Value x = g.name(conv(g, w / "0", path, channels[0], 3), "head.0");
  x = g.upsample2x(x, Align::corners);
  x = g.relu(conv(g, w / "2", x, channels[1], 3));
  x = g.relu(conv(g, w / "4", x, 1, 1));
  const bool inverted = metric && metric->scale > 0;
  return inverted ? g.invert_depth(x, metric->scale, metric->shift) : x;
}

Value segmentation_head(Graph& g, const Scope& w, Value path, int64_t classes, Ending ending) {
  Value x = g.name(conv_without_bias(g, w / "0", path, g.shape(path).back(), 3), "head.0");
  x = g.relu(batch_norm(g, w / "1", x));
  x = conv(g, w / "4", x, classes, 1);
  return ending == Ending::full_size ? g.upsample2x(x, Align::corners) : x;
}

}  // namespace dpt::model
