#include "cli/layout.h"

#include <array>

#include "image/draw/colormap.h"
#include "image/draw/panels.h"

namespace dpt::cli {

namespace {

constexpr float overlay_share = 0.5F;

}  // namespace

void add_layout_option(Parser& command, std::string& view, const std::string& description) {
  const GroupScope scope(command, group::views);
  command.add_option("--view", view, description)
      ->check(one_of({"alone", "side", "stack", "overlay"}))
      ->type_name("LAYOUT");
}

void add_colormap_option(Parser& command, std::string& colormap, const std::string& description) {
  const GroupScope scope(command, group::views);
  const auto names = image::colormap_names();
  command.add_option("--colormap", colormap, description)->check(one_of(names))->type_name("NAME");
}

void add_view_format_option(Parser& command, std::string& format) {
  const GroupScope scope(command, group::views);
  command
      .add_option("--view-format", format,
                  "of pictures to look at, where no file is named: png (default), jpg (small, of "
                  "quality 90) or webp (without loss)")
      ->check(one_of({"png", "jpg", "webp"}))
      ->type_name("FORMAT");
}

Layout parse_layout(const std::string& view) {
  if (view == "side") return Layout::side;
  if (view == "stack") return Layout::stack;
  if (view == "overlay") return Layout::overlay;
  return Layout::alone;
}

image::Image arranged(Layout layout, const image::ImageView& picture, image::Image result) {
  const std::array<image::ImageView, 2> both = {picture, result.view()};
  switch (layout) {
    case Layout::alone:
      break;
    case Layout::side:
      return image::beside(both);
    case Layout::stack:
      return image::stacked(both);
    case Layout::overlay:
      return image::blend(both[0], both[1], overlay_share);
  }
  return result;
}

}  // namespace dpt::cli
