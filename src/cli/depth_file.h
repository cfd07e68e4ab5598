// Depth as the bytes of a file (specification 3.5).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "image/codec/write.h"
#include "model/model_type.h"

namespace dpt::cli {

/// The formats of encode_depth(), the default first.
inline constexpr std::array<std::string_view, 7> depth_formats = {"png", "npy",  "npz", "pfm",
                                                                  "tif", "tiff", "exr"};

struct DepthFileOptions {
  std::string format;           ///< one of depth_formats
  bool absolute_depth = false;  ///< png: the value itself instead of min-max
  std::string model;            ///< for the file's text
  std::optional<model::MetricDepth> metric;
  std::optional<double> scale{};  ///< png: value x scale, rounded, instead of min-max
  bool half = false;              ///< exr: 16-bit floats
  std::string channel{};          ///< exr; empty: "Z" for metres, else "Y"
};

/// image::metre_unit or image::relative_unit.
std::string_view unit_name(const std::optional<model::MetricDepth>& metric);

/// `depth`: metres for a metric model, else relative inverse depth; it is scaled in place. .npy,
/// .npz (as "depth"), .tif and .exr hold it as it is; .pfm and .png in the official scripts' unit.
/// The PNG's text chunks "scale" and "offset" give back what "unit" says: value = offset + scale *
/// code. "unit" and "model" (image/origin.h) are in all but .npy and .pfm.
image::Bytes encode_depth(image::Plane depth, const DepthFileOptions& options);

/// What a PNG of fixed scale loses of `depth`, for a note: values above 65535, or nearly all
/// differences. Empty: nothing worth a word.
std::string png_loss(const image::Plane& depth, const DepthFileOptions& options);

}  // namespace dpt::cli
