// What files that this program wrote say of themselves, so that no result is taken for something
// else: text chunks of PNG, attributes of EXR, the description of TIFF, the comment of NPZ. PFM and
// NPY have no place for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "image/codec/write.h"

namespace dpt::image {

enum class Content : uint8_t {
  depth,
  depth_view,
  labels,
  label_view,
  legend,
  mask,
  cutout,
  comparison
};

inline constexpr std::string_view metre_unit = "metre";
inline constexpr std::string_view relative_unit = "relative inverse depth";

/// Text for a file of values: "unit" (metre_unit or relative_unit) and "model".
TextChunks depth_text(std::string_view unit, std::string_view model);
/// Text for a file of anything but depth: "Software", "content" and "model", where there is one.
TextChunks content_text(Content content, std::string_view model);

/// The text of this key, or null.
const std::string* find_text(const TextChunks& text, std::string_view key);

/// "KEY: TEXT" lines for formats that keep one text, and back; other lines are left out.
std::string lines_of(const TextChunks& text);
TextChunks text_of_lines(std::string_view lines);

/// What a file of ours is by its text; nothing for others' files.
std::optional<Content> content_of(const TextChunks& text);

/// "relative inverse depth by dpt (MODEL)", "a mask by dpt": for messages. The text is of a file of
/// ours.
std::string describe(const TextChunks& text);

/// Throws Error(input) that begins with `name` where a file of ours is something else.
void expect_content(const TextChunks& text, Content wanted, std::string_view name);

}  // namespace dpt::image
