// Options that say how a result is shown.
#pragma once

#include <string>

#include "cli/parse.h"
#include "result/layout.h"

namespace dpt::cli {

/// --view: "alone", "side", "stack" or "overlay".
void add_layout_option(Parser& command, std::string& view, const std::string& description);
/// --colormap: a name of image::colormap_names().
void add_colormap_option(Parser& command, std::string& colormap, const std::string& description);
/// --view-format: one of image::picture_formats.
void add_view_format_option(Parser& command, std::string& format);
/// Of a word that --view takes.
result::Layout parse_layout(const std::string& view);

}  // namespace dpt::cli
