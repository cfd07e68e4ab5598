#include "cli/output_kinds.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file/file.h"
#include "base/file/paths.h"
#include "image/codec/encode_picture.h"
#include "image/picture_name.h"

namespace dpt::cli {

std::string choose_format(std::string_view option, const std::string& path,
                          const std::string& format, std::span<const std::string_view> known,
                          std::string_view format_option) {
  return batch::choose_format({option, path}, {format_option, format}, known);
}

void refuse_view_as_result(const std::string& path, std::string_view view_option,
                           std::span<const std::string_view> known) {
  const std::string extension = image::extension_of(path);
  const auto is_in = [&](std::span<const std::string_view> formats) {
    return std::find(formats.begin(), formats.end(), extension) != formats.end();
  };
  if (names_result_folder(path) || is_in(known) || !is_in(image::picture_formats)) return;
  fail(ErrorKind::usage, "-o {0}: .{1} is for a picture to look at ({2} {0}); known are .{3}",
       shown(path), extension, view_option, fmt::join(known, ", ."));
}

size_t add_kind(std::vector<OutputKind>& kinds, bool wanted, const char* option, const char* suffix,
                const std::string& path, std::span<const std::string_view> known,
                const std::string& view_format) {
  if (!wanted) return 0;
  kinds.push_back(
      {option, suffix, choose_format(option, path, view_format, known, "--view-format"), path});
  return kinds.size() - 1;
}

}  // namespace dpt::cli
