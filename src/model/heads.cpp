#include "model/modules.h"

namespace dpt::model {

using graph::Align;

Value depth_head(Graph& g, const Scope& w, Value path, const DptConfig& c) {
  Value x = g.name(conv(g, w / "0", path, c.head[0], 3), "head.0");
  x = g.upsample2x(x, Align::corners);
  x = g.relu(conv(g, w / "2", x, c.head[1], 3));
  x = g.relu(conv(g, w / "4", x, 1, 1));
  return c.metric ? g.invert_depth(x, c.metric->scale, c.metric->shift) : x;
}

Value segmentation_head(Graph& g, const Scope& w, Value path, const DptConfig& c, Ending ending) {
  Value x = g.name(conv_without_bias(g, w / "0", path, c.fusion, 3), "head.0");
  x = g.relu(batch_norm(g, w / "1", x));
  x = conv(g, w / "4", x, c.classes, 1);
  return ending == Ending::full_size ? g.upsample2x(x, Align::corners) : x;
}

}  // namespace dpt::model
