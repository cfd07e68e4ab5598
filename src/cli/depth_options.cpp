#include "cli/depth_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/groups.h"

namespace dpt::cli {

void add_depth_options(Parser& command, DepthOptions& options, const std::string& pictures) {
  const GroupScope scope(command, group::detail);
  command
      .add_option("--upsample", options.upsampling,
                  fmt::format("to the {}'s size: bicubic (default), bilinear, nearest, or guided "
                              "(along the {}'s edges, so that fewer points lie between near and "
                              "far)",
                              pictures, pictures))
      ->check(one_of({"bicubic", "bilinear", "nearest", "guided"}))
      ->type_name("METHOD");
  command
      .add_option("--tile", options.tile,
                  fmt::format("add detail from overlapping tiles of N x N pixels, for {}s much "
                              "larger than the network's input; try a third of the longer side",
                              pictures))
      ->check(range(64, 65500))
      ->type_name("N");
}

bool keeps_depth(const std::string& format, const std::optional<model::MetricDepth>& metric) {
  constexpr std::array<std::string_view, 5> exact = {"npy", "npz", "tif", "tiff", "exr"};
  if (format == "pfm") return !metric || metric->file_unit == 1.0F;
  return std::find(exact.begin(), exact.end(), format) != exact.end();
}

std::string given_of(const DepthOptions& options) {
  if (options.tile) return "--tile";
  return options.upsampling.empty() ? "" : "--upsample";
}

task::DepthOptions task_options(const DepthOptions& options) {
  task::DepthOptions result;
  if (options.upsampling == "bilinear") result.upsampling = task::Upsampling::bilinear;
  if (options.upsampling == "nearest") result.upsampling = task::Upsampling::nearest;
  if (options.upsampling == "guided") result.upsampling = task::Upsampling::guided;
  if (options.tile) result.tile = *options.tile;
  return result;
}

}  // namespace dpt::cli
