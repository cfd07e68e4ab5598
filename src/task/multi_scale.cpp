#include "task/multi_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace dpt::task {

namespace {

/// What a black pixel becomes.
std::array<float, 3> black(const InputRule& rule) {
  std::array<float, 3> values{};
  for (size_t c = 0; c < 3; ++c) {
    values[c] = static_cast<float>(-rule.normalization.mean[c] / rule.normalization.std[c]);
  }
  return values;
}

/// (picture / 255 - mean) / std, at its size.
Maps normalized(const InputRule& rule, const image::ImageView& picture) {
  Maps out({picture.width, picture.height}, 3);
  std::vector<uint8_t> row(3 * static_cast<size_t>(picture.width));
  for (int y = 0; y < picture.height; ++y) {
    image::copy_row_as_rgb(picture, y, row.data());
    float* to = out.at(0, y);
    for (size_t i = 0; i < row.size(); ++i) {
      const double value = row[i] / 255.0 - rule.normalization.mean[i % 3];
      to[i] = static_cast<float>(value / rule.normalization.std[i % 3]);
    }
  }
  return out;
}

/// Of the scales; sizes stay numbers that an int holds.
constexpr double largest_scale = 100;

/// Throws Error(usage) that names the field.
void check_options(const MultiScaleOptions& options, int64_t multiple) {
  if (options.scales.empty()) fail(ErrorKind::usage, "scales: there is none, expected one or more");
  for (const double scale : options.scales) {
    if (!(scale > 0 && scale <= largest_scale)) {
      fail(ErrorKind::usage, "scales: {}, expected above 0 and at most {}", scale, largest_scale);
    }
  }
  if (options.window == 0) return;
  if (options.window % multiple != 0) {
    fail(ErrorKind::usage, "windows of {} pixels, expected a multiple of {}", options.window,
         multiple);
  }
  (void)window_places(options.window, options.window, options.stride);
  if (options.base < 1 || options.base > runtime::largest_input_side) {
    fail(ErrorKind::usage, "base {}, expected 1 to {}", options.base, runtime::largest_input_side);
  }
}

Maps zeros(image::Size size, int channels) {
  Maps maps(size, channels);
  std::fill(maps.values.begin(), maps.values.end(), 0.0F);
  return maps;
}

}  // namespace

MultiScaleOptions ade20k_multi_scale() {
  return {.scales = {0.5, 0.75, 1, 1.25, 1.5, 1.75},
          .flip = true,
          .window = 480,
          .stride = 320,
          .base = 520};
}

image::Size scaled_size(int width, int height, int base, double scale) {
  const double longer = std::ceil(base * scale);
  const auto other = [&](int own, int longest) {
    return std::max(static_cast<int>(std::lround(longer * own / longest)), 1);
  };
  const int side = static_cast<int>(longer);
  if (height > width) return {other(width, height), side};
  return {side, other(height, width)};
}

MultiScaleSegmenter::MultiScaleSegmenter(std::shared_ptr<runtime::Engine> engine,
                                         const InputRule& rule, int threads,
                                         MultiScaleOptions options)
    : rule_(rule), options_(std::move(options)), session_(std::move(engine), threads) {
  if (session_.engine().config().task != model::Task::segmentation) {
    fail(ErrorKind::model, "{}: is a depth model, expected a segmentation model",
         session_.engine().weights().path_text());
  }
  check_options(options_, session_.engine().size_multiple());
}

Maps MultiScaleSegmenter::input_at(const image::ImageView& picture, double scale) {
  if (options_.window > 0) {
    Maps input = zeros(scaled_size(picture.width, picture.height, options_.base, scale), 3);
    add_resized(session_.pool(), normalized(rule_, picture), input);
    return input;
  }
  // Hugging Face's rules take sides that the network can have as they are; scaled ones are rounded.
  const auto multiple = static_cast<int>(session_.engine().size_multiple());
  InputRule rule = rule_;
  rule.resize.multiple = std::max(rule.resize.multiple, multiple);
  rule.resize.width = static_cast<int>(std::lround(rule.resize.width * scale));
  rule.resize.height = static_cast<int>(std::lround(rule.resize.height * scale));
  Maps input(input_size(rule, picture.width, picture.height, session_.engine().size_multiple()), 3);
  make_input(rule, picture, input.size, input.values.data());
  return input;
}

image::Labels MultiScaleSegmenter::run(const image::ImageView& picture) {
  const auto classes = static_cast<int>(session_.engine().config().classes);
  const ViewOptions views{.classes = classes,
                          .flip = options_.flip,
                          .window = options_.window,
                          .stride = options_.stride};
  const LogitsOf logits_of = [this](const Maps& input) {
    const backend::FloatView logits =
        session_.run(input.values.data(), 1, input.size.height, input.size.width);
    if (logits.shape[1] != input.size.height || logits.shape[2] != input.size.width) {
      fail(ErrorKind::model,
           "{}: gives {}x{} scores for an input of {}x{}; several scales, windows and flips need a "
           "network whose output has its input's size",
           session_.engine().weights().path_text(), logits.shape[2], logits.shape[1],
           input.size.width, input.size.height);
    }
    return logits.data;
  };
  const std::array<float, 3> padding = black(rule_);
  Maps sum = zeros({picture.width, picture.height}, classes);
  for (const double scale : options_.scales) {
    const Maps input = input_at(picture, scale);
    add_resized(session_.pool(),
                class_scores(session_.pool(), input, views, padding.data(), logits_of), sum);
  }
  return largest_class(session_.pool(), sum);
}

}  // namespace dpt::task
