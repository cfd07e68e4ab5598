// A network as a graph of operations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"
#include "graph/ops.h"

namespace dpt::graph {

/// The result of one operation.
struct Value {
  int32_t id = -1;
  bool operator==(const Value&) const = default;
};

struct Node {
  Op op;
  std::vector<Value> inputs;
  Shape shape;       ///< of the result
  std::string name;  ///< of the module that made it, for probes and profiles; may be empty
};

/// Builds and holds a graph. Builder functions infer the result's shape; a shape that does not fit
/// is a bug of the caller (std::logic_error), since sizes of files and pictures are checked before.
class Graph {
 public:
  Value input(Shape shape);
  Value constant(ConstantPtr data);
  Value conv2d(Value x, Value weight, std::optional<Value> bias, int64_t stride = 1,
               Padding padding = {});
  /// conv2d whose output size is given, for padding that differs at the two ends.
  Value conv2d(Value x, Value weight, std::optional<Value> bias, int64_t stride, Padding padding,
               int64_t out_height, int64_t out_width);
  Value conv_transpose(Value x, Value weight, Value bias, int64_t stride);
  Value linear(Value x, Value weight, std::optional<Value> bias);
  Value layer_norm(Value x, Value gamma, Value beta, float epsilon);
  Value group_norm(Value x, Value gamma, Value beta, int64_t groups, float epsilon);
  Value batch_norm(Value x, Value gamma, Value beta, Value mean, Value variance, float epsilon);
  Value attention(Value qkv, int64_t heads);
  Value add(Value a, Value b);
  Value relu(Value x);
  Value gelu(Value x);
  Value upsample2x(Value x, Align align);
  Value resize(Value x, int64_t height, int64_t width, Align align);
  Value max_pool(Value x, int64_t kernel, int64_t stride, Padding padding, int64_t out_height,
                 int64_t out_width);
  Value prepend_token(Value token, Value x);
  Value slice_tokens(Value x, int64_t first, int64_t count);
  Value append_token(Value x, Value token);
  Value reshape(Value x, Shape shape);
  Value invert_depth(Value x, float scale, float shift);

  /// Any operation, for passes; no shape is inferred.
  Value add_node(Node node);

  /// Names a value, so that tests can look at it and profiles can show it. Returns it.
  Value name(Value value, std::string text);
  std::optional<Value> find(std::string_view name) const;

  void set_output(Value value) { output_ = value; }
  Value output() const { return output_; }
  Value network_input() const { return input_; }

  const Node& node(Value value) const { return nodes_[static_cast<size_t>(value.id)]; }
  Node& node(Value value) { return nodes_[static_cast<size_t>(value.id)]; }
  const Shape& shape(Value value) const { return node(value).shape; }
  size_t size() const { return nodes_.size(); }
  /// The constant behind a value, or null.
  ConstantPtr constant_of(Value value) const;

  /// Values that the output and `also` need, each after its inputs. What is not needed is absent,
  /// so unused parts cost nothing.
  std::vector<Value> order(const std::vector<Value>& also = {}) const;
  /// For each value, how many live nodes read it; the output counts as one reader.
  std::vector<int> use_counts() const;
  /// Everything that reads `from` (and the output) reads `to` instead.
  void replace_uses(Value from, Value to);

 private:
  std::vector<Node> nodes_;
  Value input_;
  Value output_;
};

}  // namespace dpt::graph
