// Labels as the bytes of a file, and what they say about a picture (specification 3.6).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/write.h"

namespace dpt::cli {

/// The formats of encode_labels(), the default first.
inline constexpr std::array<std::string_view, 2> label_formats = {"png", "npy"};

/// What a file's values mean.
struct LabelRule {
  int classes = 0;
  bool zero_based = false;  ///< the class itself instead of class + 1
  std::string model{};      ///< for the file's text

  int stored(int class_index) const { return zero_based ? class_index : class_index + 1; }
  int largest() const { return stored(classes - 1); }
};

/// `labels`: class + 1. png: 8-bit palette picture, 16-bit grey where a label exceeds 255; npy:
/// uint8, or uint16 for models whose labels do not fit.
image::Bytes encode_labels(image::Labels labels, const std::string& format, const LabelRule& rule);

struct ClassShare {
  int index = 0;  ///< from 0
  int64_t pixels = 0;
  double share = 0;  ///< of the picture
};

/// The classes that occur, largest first.
std::vector<ClassShare> class_shares(std::span<const int64_t> pixels);

/// The picture of --legend, in one of image::picture_formats.
image::Bytes encode_legend(std::span<const ClassShare> shares, std::span<const std::string> names,
                           std::string_view format);

}  // namespace dpt::cli
