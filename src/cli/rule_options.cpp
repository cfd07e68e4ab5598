#include "cli/rule_options.h"

#include <charconv>

#include "base/error.h"

namespace dpt::cli {

namespace {

/// "HxW", both above 0.
std::optional<image::Size> size_of(const std::string& text) {
  image::Size size;
  const char* end = text.data() + text.size();
  const auto height = std::from_chars(text.data(), end, size.height);
  const bool separated = height.ec == std::errc() && height.ptr != end && *height.ptr == 'x';
  const auto width = separated ? std::from_chars(height.ptr + 1, end, size.width) : height;
  const bool whole = separated && width.ec == std::errc() && width.ptr == end;
  return whole && size.height > 0 && size.width > 0 ? std::optional(size) : std::nullopt;
}

/// "HxW", or one number for both.
image::Size parse_input_size(const std::string& text) {
  const bool one = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (const auto size = size_of(one ? text + "x" + text : text)) return *size;
  fail(ErrorKind::usage, "--input-size {}: expected N or HxW above 0, such as 384 or 384x672",
       printable(text));
}

}  // namespace

image::Size parse_size(std::string_view option, const std::string& text) {
  if (const auto size = size_of(text)) return *size;
  fail(ErrorKind::usage, "{} {}: expected HxW, such as 384x672", option, printable(text));
}

void add_rule_options(Parser& command, RuleOptions& options) {
  const GroupScope scope(command, group::preparation);
  command
      .add_option("--convention", options.convention,
                  "preprocessing of the isl-org scripts (official) or of Hugging Face's processor "
                  "(hf); default: by the model's files")
      ->check(one_of(names_of<task::Convention>()))
      ->type_name("NAME");
  command
      .add_option("--input-size", options.input_size,
                  "of the network's input, for one side or both: larger shows more detail, takes "
                  "longer, and is worse beyond about twice the model's own")
      ->type_name("N|HxW");
  const auto add_aspect = [&](const char* name, bool keep, const char* description) {
    command.add_flag_callback(
        name, [&options, keep] { options.keep_aspect = keep; }, description);
  };
  add_aspect("--keep-aspect", true,
             "keep the picture's proportions; default: by the model's files");
  add_aspect("--no-keep-aspect", false, "stretch the picture to the input's size");
}

task::InputRule rule_for(const runtime::Engine& engine, const RuleOptions& options) {
  task::InputRule rule = task::input_rule(engine, parse_enum<task::Convention>(options.convention));
  if (options.keep_aspect) rule.resize.keep_aspect = *options.keep_aspect;
  if (!options.input_size.empty()) {
    const image::Size size = parse_input_size(options.input_size);
    rule.resize.height = size.height;
    rule.resize.width = size.width;
    if (size.height > runtime::largest_input_side || size.width > runtime::largest_input_side) {
      fail(ErrorKind::usage, "--input-size {}: the largest side is {}",
           printable(options.input_size), runtime::largest_input_side);
    }
  }
  // Sizes that the model's files did not foresee are rounded to what the network takes.
  if (options.keep_aspect || !options.input_size.empty()) {
    rule.resize.multiple = static_cast<int>(engine.size_multiple());
  }
  return rule;
}

}  // namespace dpt::cli
