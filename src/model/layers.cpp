#include "model/modules.h"

namespace dpt::model {

Value linear(Graph& g, const Scope& w, Value x, int64_t out) {
  const int64_t in = g.shape(x).back();
  return g.linear(x, w("weight", {out, in}), w("bias", {out}));
}

Value linear_without_bias(Graph& g, const Scope& w, Value x, int64_t out) {
  return g.linear(x, w("weight", {out, g.shape(x).back()}), std::nullopt);
}

Value activate(Graph& g, Value x, graph::Activation activation) {
  return activation == graph::Activation::relu ? g.relu(x) : g.gelu(x);
}

Value conv(Graph& g, const Scope& w, Value x, int64_t out, int64_t kernel, int64_t stride) {
  const int64_t in = g.shape(x).back();
  const int64_t pad = (kernel - 1) / 2;
  return g.conv2d(x, w("weight", {out, in, kernel, kernel}), w("bias", {out}), stride, {pad, pad});
}

Value conv_without_bias(Graph& g, const Scope& w, Value x, int64_t out, int64_t kernel) {
  const int64_t in = g.shape(x).back();
  const int64_t pad = (kernel - 1) / 2;
  return g.conv2d(x, w("weight", {out, in, kernel, kernel}), std::nullopt, 1, {pad, pad});
}

Value layer_norm(Graph& g, const Scope& w, Value x, float epsilon) {
  const int64_t width = g.shape(x).back();
  return g.layer_norm(x, w("weight", {width}), w("bias", {width}), epsilon);
}

Value batch_norm(Graph& g, const Scope& w, Value x) {
  const int64_t c = g.shape(x).back();
  return g.batch_norm(x, w("weight", {c}), w("bias", {c}), w("running_mean", {c}),
                      w("running_var", {c}), 1e-5F);
}

}  // namespace dpt::model
