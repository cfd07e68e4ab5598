// How a result is shown together with its picture.
#pragma once

#include <string>

#include "cli/parse.h"
#include "image/image.h"

namespace dpt::cli {

enum class Layout { alone, side, stack, overlay };

/// --view: "alone", "side", "stack" or "overlay".
void add_layout_option(Parser& command, std::string& view, const std::string& description);
/// --colormap: a name of image::colormap_names().
void add_colormap_option(Parser& command, std::string& colormap, const std::string& description);
/// --view-format: one of image::picture_formats.
void add_view_format_option(Parser& command, std::string& format);
Layout parse_layout(const std::string& view);

/// The result beside, below or over (half transparent) its picture of the same size, or as it is.
image::Image arranged(Layout layout, const image::ImageView& picture, image::Image result);

}  // namespace dpt::cli
