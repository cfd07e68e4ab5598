// Some of a model's classes, by name, and what they cover of a picture.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/write.h"
#include "image/image.h"

namespace dpt::cli {

/// For each class whether `list` ("person,sky" or numbers from 0) names it. Names are compared
/// without regard to case; of a name with synonyms ("door;double door") one is enough. Throws
/// Error(usage) for a name that is not the model's, with the nearest one.
std::vector<bool> select_classes(const std::string& list, std::span<const std::string> names);

/// Grey PNG: 255 where a pixel's label (class + 1) is of a selected class, else 0.
image::Bytes encode_mask(const image::Labels& labels, const std::vector<bool>& selected);

/// The picture as RGBA, png or webp, transparent where the mask is 0.
image::Bytes encode_cutout(const image::ImageView& picture, const image::Labels& labels,
                           const std::vector<bool>& selected, std::string_view format);

}  // namespace dpt::cli
