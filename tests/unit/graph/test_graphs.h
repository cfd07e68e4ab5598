// Small graphs for tests.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>

#include "graph/graph.h"

namespace dpt::graph {

/// A constant of zeros: structure is what these tests look at.
inline Value zeros(Graph& g, const std::string& key, Shape shape) {
  return g.constant(make_constant(
      key, shape, [length = shape.row_elements()](int64_t, int64_t count, float* out) {
        std::fill_n(out, count * length, 0.0F);
      }));
}

/// k x k convolution with bias and symmetric padding.
inline Value conv(Graph& g, Value x, int64_t out, int64_t kernel, const std::string& key) {
  const int64_t in = g.shape(x).back();
  const int64_t pad = kernel / 2;
  return g.conv2d(x, zeros(g, key + ".weight", {out, in, kernel, kernel}),
                  zeros(g, key + ".bias", {out}), 1, {pad, pad});
}

inline Value linear(Graph& g, Value x, int64_t out, const std::string& key) {
  return g.linear(x, zeros(g, key + ".weight", {out, g.shape(x).back()}),
                  zeros(g, key + ".bias", {out}));
}

/// How many live nodes hold an operation of this type.
template <typename OpType>
int count(const Graph& g) {
  int result = 0;
  for (const Value value : g.order()) {
    result += std::holds_alternative<OpType>(g.node(value).op) ? 1 : 0;
  }
  return result;
}

/// The only live node with an operation of this type.
template <typename OpType>
const Node& only(const Graph& g) {
  for (const Value value : g.order()) {
    if (std::holds_alternative<OpType>(g.node(value).op)) return g.node(value);
  }
  throw std::logic_error("no such node");
}

}  // namespace dpt::graph
