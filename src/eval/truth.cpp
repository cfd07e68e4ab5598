// Files of truth to metres and classes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "eval/dataset.h"
#include "image/read.h"
#include "image/read_depth.h"

namespace dpt::eval {

image::Labels read_stored_labels(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path, image::max_file_bytes, ErrorKind::input);
  const std::string name = path.string();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("\x93NUMPY")) return image::decode_png_gray(bytes, name).pixels;
  image::NpyArray array = image::decode_npy(bytes, name);
  if (auto* wide = std::get_if<image::Grid<uint16_t>>(&array)) return std::move(*wide);
  if (const auto* narrow = std::get_if<image::Grid<uint8_t>>(&array)) {
    image::Labels labels(narrow->width(), narrow->height());
    std::copy_n(narrow->data(), narrow->size(), labels.data());
    return labels;
  }
  fail(ErrorKind::input, "{}: NPY of float32, expected labels of type uint8 or uint16",
       printable(name, 1000));
}

Depths read_depth_truth(const Sample& sample) {
  const image::Plane stored = image::read_depth(sample.truth).values;
  const DepthEncoding& encoding = sample.depth;
  Depths metres(stored.width(), stored.height());
  for (size_t i = 0; i < stored.size(); ++i) {
    const double value = stored.data()[i];
    double depth = value / encoding.scale;
    if (encoding.is_disparity) depth = encoding.numerator / (depth + encoding.offset);
    const bool known = std::isfinite(value) && value > 0 && std::isfinite(depth) && depth > 0;
    metres.data()[i] = known ? depth : std::numeric_limits<double>::quiet_NaN();
  }
  return metres;
}

image::Labels read_label_truth(const std::filesystem::path& path, const LabelEncoding& encoding,
                               int classes) {
  image::Labels labels = read_stored_labels(path);
  for (uint16_t& label : labels.span()) {
    const int value = label;
    const int class_index = value - encoding.first;
    if (value == encoding.ignored || value == encoding.also_ignored) {
      label = 0;
    } else if (class_index >= 0 && class_index < classes) {
      label = static_cast<uint16_t>(class_index + 1);
    } else {
      fail(ErrorKind::input, "{}: label {}, expected {} to {}, or {} for none", shown(path), value,
           encoding.first, encoding.first + classes - 1, encoding.ignored);
    }
  }
  return labels;
}

}  // namespace dpt::eval
