#include "cli/layout.h"

#include "image/draw/colormap.h"

namespace dpt::cli {

void add_layout_option(Parser& command, std::string& view, const std::string& description) {
  const GroupScope scope(command, group::views);
  command.add_option("--view", view, description)
      ->check(one_of(names_of<result::Layout>()))
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

result::Layout parse_layout(const std::string& view) { return *parse_enum<result::Layout>(view); }

}  // namespace dpt::cli
