// Files of truth to metres and classes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file/file.h"
#include "eval/datasets/dataset.h"
#include "eval/datasets/text_file.h"
#include "image/codec/origin.h"
#include "image/codec/read.h"
#include "image/codec/read_depth.h"

namespace dpt::eval {

namespace {

/// Results of the program are no truth, unless they were named as such.
void refuse_result(const image::TextChunks& text, bool may_be_result, std::string_view expected,
                   const std::filesystem::path& path) {
  if (!image::content_of(text) || may_be_result) return;
  fail(ErrorKind::input,
       "{}: is {}, expected {}; a list of pictures and truth (dpt eval ... list) takes it all the "
       "same",
       shown(path), image::describe(text), expected);
}

double number_of(const image::TextChunks& text, std::string_view key, double otherwise) {
  const std::string* value = image::find_text(text, key);
  return value == nullptr ? otherwise : to_real(*value).value_or(otherwise);
}

/// Metres that a file of ours holds are as it says itself: stored = (metres - offset) / scale.
struct Stored {
  double scale = 1, offset = 0;
};

std::optional<Stored> own_metres(const image::DepthFile& file, const Sample& sample) {
  if (!image::content_of(file.text)) return std::nullopt;
  constexpr std::string_view expected = "measured depth in metres";
  const std::string* unit = image::find_text(file.text, "unit");
  if (unit == nullptr || *unit != image::metre_unit || sample.depth.is_disparity) {
    fail(ErrorKind::input, "{}: is {}, expected {}", shown(sample.truth),
         image::describe(file.text), sample.depth.is_disparity ? "measured disparity" : expected);
  }
  refuse_result(file.text, sample.depth.may_be_result, expected, sample.truth);
  if (sample.depth.scale_is_given) return std::nullopt;
  return Stored{number_of(file.text, "scale", 1), number_of(file.text, "offset", 0)};
}

}  // namespace

StoredLabels read_stored_labels(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path, image::max_file_bytes, ErrorKind::input);
  const std::string name = path.string();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\x93NUMPY")) return {image::decode_npy_labels(bytes, name)};
  if (!text.starts_with("\x89PNG")) {
    fail(ErrorKind::input, "{}: is no file of labels in a known format, expected PNG or NPY",
         shown(path));
  }
  image::GrayPng png = image::decode_png_gray(bytes, name, image::Content::labels);
  StoredLabels stored{std::move(png.pixels), std::nullopt, std::move(png.text)};
  if (const std::string* first = image::find_text(stored.text, "first_class")) {
    if (image::content_of(stored.text) && (*first == "0" || *first == "1")) {
      stored.first = *first == "0" ? 0 : 1;
    }
  }
  return stored;
}

Depths read_depth_truth(const Sample& sample) {
  const image::DepthFile file = image::read_depth(sample.truth);
  const std::optional<Stored> own = own_metres(file, sample);
  const DepthEncoding& encoding = sample.depth;
  Depths metres(file.values.width(), file.values.height());
  for (size_t i = 0; i < file.values.size(); ++i) {
    const double value = file.values.data()[i];
    double depth = own ? own->offset + own->scale * value : value / encoding.scale;
    if (encoding.is_disparity) depth = encoding.numerator / (depth + encoding.offset);
    const bool known =
        std::isfinite(value) && (own || value > 0) && std::isfinite(depth) && depth > 0;
    metres.data()[i] = known ? depth : std::numeric_limits<double>::quiet_NaN();
  }
  return metres;
}

image::Labels read_label_truth(const std::filesystem::path& path, const LabelEncoding& encoding,
                               int classes) {
  StoredLabels stored = read_stored_labels(path);
  refuse_result(stored.text, encoding.may_be_result, "annotated labels", path);
  if (stored.first && *stored.first != encoding.first) {
    fail(ErrorKind::input, "{}: stores class {} as {} ({}), expected as {}; {}", shown(path), 0,
         *stored.first, image::describe(stored.text), encoding.first,
         encoding.first == 1 ? fmt::format("{} says so", encoding.zero_based_name)
                             : fmt::format("leave out {}", encoding.zero_based_name));
  }
  image::Labels labels = std::move(stored.values);
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
