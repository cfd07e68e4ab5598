// The operations of a graph. Inputs are listed in the order in which a node holds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "graph/constant.h"

namespace dpt::graph {

enum class Activation : uint8_t { none, relu, gelu /* exact, with erf */ };

/// Corner-aligned or half-pixel coordinates, BL-T and BL-F of spec 0.
enum class Align : uint8_t { corners, half_pixel };

/// Zero padding before the first row and column; what is needed after the last one follows from the
/// output's size.
struct Padding {
  int64_t top = 0, left = 0;
};

/// What a fused convolution or linear layer does to its sums: activation(sum + bias), then the
/// residuals are added. Written by the pass fuse_epilogues only.
struct Epilogue {
  Activation activation = Activation::none;
  int residuals = 0;  ///< how many of the last inputs are added, 0 to 2
};

struct Input {};
struct Const {
  ConstantPtr data;
};
/// (x [N,H,W,C]) -> [N,height,width,C], bilinear
struct Resize {
  int64_t height = 0, width = 0;
  Align align = Align::corners;
};
/// (x [N,H,W,C], weight [O,C,kh,kw], bias [O] if has_bias, residuals...) -> [N,OH,OW,O]
struct Conv2d {
  int64_t stride = 1;
  Padding padding;
  bool has_bias = false;
  bool relu_input = false;  ///< convolves max(x, 0); written by fuse_epilogues only
  /// What is convolved is x, resized like this first; written by fuse_upsampling only.
  std::optional<Resize> resize = std::nullopt;
  /// What follows amplifies errors of this product: a backend that rounds operands rounds these
  /// less.
  bool sensitive = false;
  bool winograd = false;  ///< backends may use Winograd's method; written by allow_winograd only
  Epilogue epilogue;
};
/// (x [N,H,W,C], weight [C,O,s,s], bias [O]) -> [N,s*H,s*W,O]; stride = kernel
struct ConvTranspose {
  int64_t stride = 1;
};
/// (x [...,D], weight [O,D], bias [O] or per picture [N,1,O] if has_bias, residuals...) -> [...,O]
struct Linear {
  bool has_bias = false;
  Epilogue epilogue;
};
/// (x [...,D], gamma [D], beta [D])
struct LayerNorm {
  float epsilon = 1e-6F;
};
/// (x [N,H,W,C], gamma [C], beta [C], residual if fused) -> relu(norm(x) + residual)
struct GroupNorm {
  int64_t groups = 32;
  float epsilon = 1e-5F;
  bool has_residual = false;  ///< written by fuse_epilogues only
  bool relu = false;          ///< written by fuse_epilogues only
};
/// (x [N,H,W,C], gamma [C], beta [C], mean [C], variance [C])
struct BatchNorm {
  float epsilon = 1e-5F;
};
/// (qkv [N,T,3D]) -> [N,T,D], spec 1.4
struct Attention {
  int64_t heads = 1;
};
/// (a, b): b has a's shape, or extents of 1 where it is repeated
struct Add {};
struct Activate {
  Activation activation = Activation::relu;
};
/// (x [N,H,W,C]) -> [N,OH,OW,C]; what lies outside does not count
struct MaxPool {
  int64_t kernel = 3, stride = 2;
  Padding padding;
};
/// (token [1,1,D], x [N,T,D]) -> [N,1+T,D]
struct PrependToken {};
/// (x [N,T,D]) -> [N,count,D]
struct SliceTokens {
  int64_t first = 0, count = 0;
};
/// (x [N,T,D], token [N,1,D]) -> [N,T,2D], the token beside each of the others
struct AppendToken {};
/// (x) -> the same elements in the node's shape
struct Reshape {};
/// (x) -> 1 / max(scale * x + shift, 1e-8), spec 1.9
struct InvertDepth {
  float scale = 1, shift = 0;
};

using Op = std::variant<Input, Const, Conv2d, ConvTranspose, Linear, LayerNorm, GroupNorm,
                        BatchNorm, Attention, Add, Activate, Resize, MaxPool, PrependToken,
                        SliceTokens, AppendToken, Reshape, InvertDepth>;

/// "conv2d", "linear", ... for profiles and error messages.
std::string name_of(const Op& op);

}  // namespace dpt::graph
