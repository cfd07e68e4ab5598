#include "cli/depth_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "image/depth_codes.h"

namespace dpt::cli {

namespace {

/// PNG text is Latin-1; other characters of a file's name become '?'.
std::string png_text(std::string_view text) {
  std::string result = printable(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

image::Bytes encode_png(const image::Plane& depth, double file_unit,
                        const DepthFileOptions& options) {
  const image::DepthCodes depth_codes = options.absolute_depth
                                            ? image::depth_to_gray16_absolute(depth)
                                            : image::depth_to_gray16(depth);
  image::PngOptions png;
  png.compression = 1;  // 12 megapixels: 0.7 s; level 6 takes 1.7 s for 2 % less (photographs)
  png.text = {{"scale", fmt::format("{}", depth_codes.scale / file_unit)},
              {"offset", fmt::format("{}", depth_codes.offset / file_unit)},
              {"unit", std::string(unit_name(options.metric))},
              {"model", png_text(options.model)}};
  return image::encode_png_gray16(depth_codes.codes, png);
}

}  // namespace

std::string_view unit_name(const std::optional<model::MetricDepth>& metric) {
  return metric ? "metre" : "relative inverse depth";
}

image::Bytes encode_depth(image::Plane depth, const DepthFileOptions& options) {
  if (options.format == "npy") return image::encode_npy(depth);
  if (options.format.starts_with("tif")) return image::encode_tiff(depth);
  const float file_unit = options.metric ? options.metric->file_unit : 1.0F;
  if (file_unit != 1.0F) {
    for (float& value : depth.span()) value *= file_unit;
  }
  if (options.format == "pfm") return image::encode_pfm(depth);
  return encode_png(depth, file_unit, options);
}

}  // namespace dpt::cli
