// preprocessor_config.json of a Hugging Face folder (DPTImageProcessor of transformers).
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_fields.h"
#include "task/input_rule.h"

namespace dpt::task {

namespace {

using enum Use;

constexpr int depth_side = 384;
constexpr int64_t largest_side = 16384;
constexpr int pil_bilinear = 2;
constexpr int pil_bicubic = 3;

constexpr auto fields = std::to_array<FieldRule>({
    {"image_processor_type", read},
    {"feature_extractor_type", read},
    {"do_resize", fixed, "true"},
    {"size", read},
    {"default_to_square", read},
    {"keep_aspect_ratio", read},
    {"ensure_multiple_of", read},
    {"resample", read},
    {"do_center_crop", fixed, "false"},
    {"crop_size", without_effect},
    {"do_rescale", read},
    {"rescale_factor", read},
    {"do_normalize", read},
    {"image_mean", read},
    {"image_std", read},
    {"do_pad", fixed, "false"},
    {"size_divisor", without_effect},  // of the padding
    {"pad_size", without_effect},
    {"do_convert_rgb", without_effect},    // pictures come as RGB
    {"do_reduce_labels", without_effect},  // of training labels
    {"input_data_format", without_effect},
    {"data_format", without_effect},
    {"device", without_effect},
    {"return_tensors", without_effect},
    {"disable_grouping", without_effect},
    {"image_seq_length", without_effect},
    {"processor_class", without_effect},
    {"_processor_class", without_effect},
    {"_valid_processor_keys", without_effect},
});

/// Other classes have other defaults and other steps.
void require_type(const JsonFields& f) {
  const char* key =
      f.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
  const std::string type = f.text(key, "DPTImageProcessor");
  constexpr std::array<std::string_view, 4> known = {"DPTImageProcessor", "DPTImageProcessorFast",
                                                     "DPTImageProcessorPil", "DPTFeatureExtractor"};
  if (std::find(known.begin(), known.end(), type) == known.end()) {
    f.fail_expecting(key, "\"DPTImageProcessor\"");
  }
}

/// `size`: {"height": H, "width": W}, [H, W] or one number for both; {"shortest_edge": N} is not
/// DPT's.
void read_size(const JsonFields& f, image::ResizeRule& resize) {
  if (f.is_null("size")) f.fail_expecting("size", R"({"height": ..., "width": ...})");
  if (!f.has("size")) return;
  const Json& size = f["size"];
  if (size.is_number() && !f.flag("default_to_square", true)) {
    f.fail_expecting("default_to_square", "true where size is one number");
  }
  const auto side = [&](const Json* value) {
    const int64_t pixels = value == nullptr ? 0 : whole(*value).value_or(0);
    if (pixels < 1 || pixels > largest_side) {
      f.fail_expecting("size", R"({"height": ..., "width": ...})");
    }
    return static_cast<int>(pixels);
  };
  const bool pair = size.is_list() && size.size() == 2;
  const bool object = size.is_object() && size.size() == 2;
  resize.height = side(pair ? &size.items()[0] : object ? size.find("height") : &size);
  resize.width = side(pair ? &size.items()[1] : object ? size.find("width") : &size);
}

/// Three numbers, or one for all channels.
std::array<double, 3> read_channels(const JsonFields& f, const char* key, bool divisor) {
  if (!f.has(key) && !f.is_null(key)) return {0.5, 0.5, 0.5};
  const Json& given = f[key];
  std::array<double, 3> values{};
  for (size_t i = 0; i < 3; ++i) {
    const bool three = given.is_list() && given.size() == 3;
    const Json& value = three ? given.items()[i] : given;
    if (!value.is_number() || (divisor && !(value.real() > 0))) {
      f.fail_expecting(key, divisor ? "three positive numbers" : "three numbers");
    }
    values[i] = value.real();
  }
  return values;
}

}  // namespace

InputRule read_hf_rule(const std::string& text, const std::string& name) {
  const Json object = parse_json_object(text, name);
  const JsonFields f(object, name, {fields});
  require_type(f);
  InputRule rule;
  rule.convention = Convention::hf;
  read_size(f, rule.resize);
  rule.resize.keep_aspect = f.flag_or_null("keep_aspect_ratio", false);
  rule.resize.multiple = static_cast<int>(f.integer("ensure_multiple_of", 1, 1, largest_side));
  const int64_t filter = f.integer("resample", pil_bicubic, 0, 5);
  if (filter != pil_bilinear && filter != pil_bicubic) {
    f.fail_expecting("resample", "2 (bilinear) or 3 (bicubic)");
  }
  rule.filter = filter == pil_bilinear ? image::PilFilter::bilinear : image::PilFilter::bicubic;
  rule.rescale = f.flag_or_null("do_rescale", true) ? f.number("rescale_factor", 1.0 / 255.0) : 1.0;
  if (f.flag_or_null("do_normalize", true)) {
    rule.normalization.mean = read_channels(f, "image_mean", false);
    rule.normalization.std = read_channels(f, "image_std", true);
  } else {
    rule.normalization = image::no_normalization;
  }
  return rule;
}

std::vector<std::string> unknown_hf_fields(const std::string& text, const std::string& name) {
  return unknown_fields(parse_json_object(text, name), {fields});
}

}  // namespace dpt::task
