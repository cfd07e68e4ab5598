// How depth comes to the picture's size: what `dpt depth` and `dpt video` share.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "model/config.h"
#include "task/depth.h"

namespace dpt::cli {

struct DepthOptions {
  std::string upsampling;  ///< empty: bicubic
  std::optional<int> tile;
};

/// --upsample and --tile. `pictures`: what they are called in the help.
void add_depth_options(Parser& command, DepthOptions& options, const std::string& pictures);

/// The first of them that is given, for messages; empty: none.
std::string given_of(const DepthOptions& options);

/// A file of this format keeps depth to the last bit, so that frames can go on from it.
bool keeps_depth(const std::string& format, const std::optional<model::MetricDepth>& metric);

task::DepthOptions task_options(const DepthOptions& options);

}  // namespace dpt::cli
