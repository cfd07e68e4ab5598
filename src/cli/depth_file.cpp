#include "cli/depth_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "image/codec/origin.h"
#include "image/depth_codes.h"
#include "image/draw/colormap.h"

namespace dpt::cli {

namespace {

image::TextChunks text_of(const DepthFileOptions& options) {
  return image::depth_text(unit_name(options.metric), options.model);
}

image::Bytes encode_png(const image::Plane& depth, double file_unit,
                        const DepthFileOptions& options) {
  const image::DepthCodes depth_codes = options.absolute_depth
                                            ? image::depth_to_gray16_absolute(depth)
                                            : image::depth_to_gray16(depth);
  image::PngOptions png;
  png.compression = 1;  // 12 megapixels: 0.7 s; level 6 takes 1.7 s for 2 % less (photographs)
  png.text = {{"scale", fmt::format("{}", depth_codes.scale / file_unit)},
              {"offset", fmt::format("{}", depth_codes.offset / file_unit)}};
  for (auto& chunk : text_of(options)) png.text.push_back(std::move(chunk));
  return image::encode_png_gray16(depth_codes.codes, png);
}

/// As KITTI (x 256), TUM RGB-D (x 5000) and others keep metres.
image::Bytes encode_scaled_png(const image::Plane& depth, const DepthFileOptions& options) {
  image::Plane scaled(depth.width(), depth.height());
  for (size_t i = 0; i < depth.size(); ++i) {
    scaled.data()[i] = static_cast<float>(depth.data()[i] * *options.scale + 0.5);
  }
  DepthFileOptions absolute = options;
  absolute.absolute_depth = true;
  return encode_png(scaled, *options.scale, absolute);
}

image::Bytes encode_exr(const image::Plane& depth, const DepthFileOptions& options) {
  image::ExrOptions exr;
  exr.channel = !options.channel.empty() ? options.channel : options.metric ? "Z" : "Y";
  exr.half = options.half;
  exr.text = text_of(options);
  return image::encode_exr(depth, exr);
}

}  // namespace

std::string_view unit_name(const std::optional<model::MetricDepth>& metric) {
  return metric ? image::metre_unit : image::relative_unit;
}

image::Bytes encode_depth(image::Plane depth, const DepthFileOptions& options) {
  if (options.format == "npy") return image::encode_npy(depth);
  if (options.format == "npz")
    return image::encode_npz("depth", image::encode_npy(depth), text_of(options));
  if (options.format == "exr") return encode_exr(depth, options);
  if (options.format.starts_with("tif")) {
    return image::encode_tiff(depth, image::TiffCompression::deflate, text_of(options));
  }
  const float file_unit = options.metric ? options.metric->file_unit : 1.0F;
  if (options.format == "png" && options.scale) return encode_scaled_png(depth, options);
  if (file_unit != 1.0F) {
    for (float& value : depth.span()) value *= file_unit;
  }
  if (options.format == "pfm") return image::encode_pfm(depth);
  return encode_png(depth, file_unit, options);
}

std::string png_loss(const image::Plane& depth, const DepthFileOptions& options) {
  if (options.format != "png" || (!options.absolute_depth && !options.scale)) return {};
  constexpr double most = 65535;
  constexpr double few = 16;  // levels
  const double unit = options.metric ? options.metric->file_unit : 1.0;
  const double factor = options.scale.value_or(unit);
  const auto stored = [&](float value) { return std::clamp(value * factor, 0.0, most); };
  const image::Range range = image::finite_range(depth);
  const double levels = std::floor(stored(range.max)) - std::floor(stored(range.min)) + 1;
  const auto cut = std::count_if(depth.data(), depth.data() + depth.size(),
                                 [&](float value) { return value * factor > most; });
  const double share = 100.0 * static_cast<double>(cut) / static_cast<double>(depth.size());
  const char* option = options.scale ? "--depth-scale" : "--absolute-depth";
  if (share >= 1) {
    return fmt::format("{:.0f} % of the values are above 65535 and cut ({}); .npy keeps them",
                       share, option);
  }
  if (levels > few || range.min == range.max) return {};
  return fmt::format("the values take only {} of 65536 levels ({}); .npy keeps them", levels,
                     option);
}

}  // namespace dpt::cli
