#include "graph/graph.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dpt::graph {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

int64_t convolved(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  return (size + 2 * padding - kernel) / stride + 1;
}

bool can_repeat(const Shape& small, const Shape& big) {
  if (small.rank() != big.rank()) return false;
  for (size_t i = 0; i < big.rank(); ++i) {
    if (small[i] != big[i] && small[i] != 1) return false;
  }
  return true;
}

}  // namespace

std::string name_of(const Op& op) {
  constexpr std::array<const char*, std::variant_size_v<Op>> names = {
      "input",        "constant",   "conv2d",      "conv_transpose", "linear",
      "layer_norm",   "group_norm", "batch_norm",  "attention",      "add",
      "activate",     "resize",     "max_pool",    "prepend_token",  "slice_tokens",
      "append_token", "reshape",    "invert_depth"};
  return names[op.index()];
}

Value Graph::add_node(Node node) {
  nodes_.push_back(std::move(node));
  return {static_cast<int32_t>(nodes_.size() - 1)};
}

Value Graph::input(Shape shape) {
  input_ = add_node({Input{}, {}, shape, "input"});
  return input_;
}

Value Graph::constant(ConstantPtr data) {
  const Shape shape = data->shape;
  return add_node({Const{std::move(data)}, {}, shape, {}});
}

Value Graph::conv2d(Value x, Value weight, std::optional<Value> bias, int64_t stride,
                    Padding padding) {
  const Shape& in = shape(x);
  const Shape& w = shape(weight);
  require(in.rank() == 4 && w.rank() == 4, "conv2d: expected a map and weights [O, C, kh, kw]");
  return conv2d(x, weight, bias, stride, padding, convolved(in[1], w[2], stride, padding.top),
                convolved(in[2], w[3], stride, padding.left));
}

Value Graph::conv2d(Value x, Value weight, std::optional<Value> bias, int64_t stride,
                    Padding padding, int64_t out_height, int64_t out_width) {
  const Shape& in = shape(x);
  const Shape& w = shape(weight);
  require(in.rank() == 4 && w.rank() == 4 && in[3] == w[1], "conv2d: channels do not fit");
  require(out_height > 0 && out_width > 0, "conv2d: the map is smaller than the kernel");
  const Shape out{in[0], out_height, out_width, w[0]};
  std::vector<Value> inputs{x, weight};
  if (bias) inputs.push_back(*bias);
  return add_node(
      {Conv2d{.stride = stride, .padding = padding, .has_bias = bias.has_value(), .epilogue = {}},
       inputs,
       out,
       {}});
}

Value Graph::conv_transpose(Value x, Value weight, Value bias, int64_t stride) {
  const Shape& in = shape(x);
  const Shape& w = shape(weight);
  require(in.rank() == 4 && w.rank() == 4 && in[3] == w[0], "conv_transpose: channels do not fit");
  require(w[2] == stride && w[3] == stride, "conv_transpose: kernel and stride differ");
  const Shape out{in[0], in[1] * stride, in[2] * stride, w[1]};
  return add_node({ConvTranspose{stride}, {x, weight, bias}, out, {}});
}

Value Graph::linear(Value x, Value weight, std::optional<Value> bias) {
  const Shape& w = shape(weight);
  Shape out = shape(x);
  require(w.rank() == 2 && out.back() == w[1], "linear: width does not fit");
  out[out.rank() - 1] = w[0];
  std::vector<Value> inputs{x, weight};
  if (bias) inputs.push_back(*bias);
  return add_node({Linear{bias.has_value(), {}}, inputs, out, {}});
}

Value Graph::layer_norm(Value x, Value gamma, Value beta, float epsilon) {
  require(shape(gamma).elements() == shape(x).back(), "layer_norm: width does not fit");
  return add_node({LayerNorm{epsilon}, {x, gamma, beta}, shape(x), {}});
}

Value Graph::group_norm(Value x, Value gamma, Value beta, int64_t groups, float epsilon) {
  require(shape(x).rank() == 4 && shape(x)[3] % groups == 0, "group_norm: groups do not fit");
  return add_node({GroupNorm{groups, epsilon, false, false}, {x, gamma, beta}, shape(x), {}});
}

Value Graph::batch_norm(Value x, Value gamma, Value beta, Value mean, Value variance,
                        float epsilon) {
  require(shape(gamma).elements() == shape(x).back(), "batch_norm: channels do not fit");
  return add_node({BatchNorm{epsilon}, {x, gamma, beta, mean, variance}, shape(x), {}});
}

Value Graph::attention(Value qkv, int64_t heads) {
  Shape out = shape(qkv);
  require(out.rank() == 3 && out[2] % (3 * heads) == 0, "attention: heads do not fit");
  out[2] /= 3;
  return add_node({Attention{heads}, {qkv}, out, {}});
}

Value Graph::add(Value a, Value b) {
  require(can_repeat(shape(b), shape(a)), "add: shapes do not fit");
  return add_node({Add{}, {a, b}, shape(a), {}});
}

Value Graph::relu(Value x) { return add_node({Activate{Activation::relu}, {x}, shape(x), {}}); }
Value Graph::gelu(Value x) { return add_node({Activate{Activation::gelu}, {x}, shape(x), {}}); }

Value Graph::upsample2x(Value x, Align align) {
  return resize(x, 2 * shape(x)[1], 2 * shape(x)[2], align);
}

Value Graph::resize(Value x, int64_t height, int64_t width, Align align) {
  const Shape& in = shape(x);
  require(in.rank() == 4 && height > 0 && width > 0, "resize: expected a map");
  const Shape out{in[0], height, width, in[3]};
  return add_node({Resize{height, width, align}, {x}, out, {}});
}

Value Graph::max_pool(Value x, int64_t kernel, int64_t stride, Padding padding, int64_t out_height,
                      int64_t out_width) {
  const Shape& in = shape(x);
  require(in.rank() == 4, "max_pool: expected a map");
  const Shape out{in[0], out_height, out_width, in[3]};
  return add_node({MaxPool{kernel, stride, padding}, {x}, out, {}});
}

Value Graph::prepend_token(Value token, Value x) {
  const Shape& in = shape(x);
  require(in.rank() == 3 && shape(token) == Shape({1, 1, in[2]}), "prepend_token: width");
  const Shape out{in[0], in[1] + 1, in[2]};
  return add_node({PrependToken{}, {token, x}, out, {}});
}

Value Graph::slice_tokens(Value x, int64_t first, int64_t count) {
  const Shape& in = shape(x);
  require(in.rank() == 3 && first >= 0 && first + count <= in[1], "slice_tokens: range");
  const Shape out{in[0], count, in[2]};
  return add_node({SliceTokens{first, count}, {x}, out, {}});
}

Value Graph::append_token(Value x, Value token) {
  const Shape& in = shape(x);
  require(in.rank() == 3 && shape(token) == Shape({in[0], 1, in[2]}), "append_token: shapes");
  const Shape out{in[0], in[1], 2 * in[2]};
  return add_node({AppendToken{}, {x, token}, out, {}});
}

Value Graph::reshape(Value x, Shape shape_wanted) {
  require(shape(x).elements() == shape_wanted.elements(), "reshape: element counts differ");
  return add_node({Reshape{}, {x}, shape_wanted, {}});
}

Value Graph::invert_depth(Value x, float scale, float shift) {
  return add_node({InvertDepth{scale, shift}, {x}, shape(x), {}});
}

Value Graph::name(Value value, std::string text) {
  node(value).name = std::move(text);
  return value;
}

std::optional<Value> Graph::find(std::string_view name) const {
  const auto found =
      std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& n) { return n.name == name; });
  if (found == nodes_.end()) return std::nullopt;
  return Value{static_cast<int32_t>(found - nodes_.begin())};
}

ConstantPtr Graph::constant_of(Value value) const {
  const auto* constant = std::get_if<Const>(&node(value).op);
  return constant == nullptr ? nullptr : constant->data;
}

std::vector<Value> Graph::order(const std::vector<Value>& also) const {
  enum class Mark : uint8_t { unseen, open, done };
  std::vector<Mark> marks(nodes_.size(), Mark::unseen);
  std::vector<Value> result;
  std::vector<Value> stack(also.rbegin(), also.rend());
  stack.push_back(output_);
  while (!stack.empty()) {
    const Value value = stack.back();
    Mark& mark = marks[static_cast<size_t>(value.id)];
    if (mark == Mark::unseen) {
      mark = Mark::open;
      const auto& inputs = node(value).inputs;
      for (auto input = inputs.rbegin(); input != inputs.rend(); ++input) {
        if (marks[static_cast<size_t>(input->id)] == Mark::unseen) stack.push_back(*input);
      }
      continue;
    }
    stack.pop_back();
    if (mark == Mark::open) {
      mark = Mark::done;
      result.push_back(value);
    }
  }
  return result;
}

std::vector<int> Graph::use_counts() const {
  std::vector<int> counts(nodes_.size(), 0);
  for (const Value value : order()) {
    for (const Value input : node(value).inputs) ++counts[static_cast<size_t>(input.id)];
  }
  ++counts[static_cast<size_t>(output_.id)];
  return counts;
}

void Graph::replace_uses(Value from, Value to) {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (static_cast<int32_t>(i) == to.id) continue;
    std::replace(nodes_[i].inputs.begin(), nodes_[i].inputs.end(), from, to);
  }
  if (output_ == from) output_ = to;
}

}  // namespace dpt::graph
