#include "task/class_scores.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "image/resample/plane_taps.h"

namespace dpt::task {

namespace {

constexpr int64_t most_values = int64_t{1} << 30;

size_t checked_count(image::Size size, int channels) {
  const int64_t count = int64_t{size.width} * size.height * channels;
  if (count > most_values) {
    fail(ErrorKind::input, "scores of {} classes for {}x{} pixels are more than {} values",
         channels, size.width, size.height, most_values);
  }
  return static_cast<size_t>(count);
}

/// The part of `from` that begins at (left, top), as large as `to`; padding beyond its end.
void copy_part(const Maps& from, int left, int top, const float* padding, Maps& to) {
  for (int y = 0; y < to.size.height; ++y) {
    for (int x = 0; x < to.size.width; ++x) {
      const bool inside = left + x < from.size.width && top + y < from.size.height;
      std::copy_n(inside ? from.at(left + x, top + y) : padding, to.channels, to.at(x, y));
    }
  }
}

Maps mirrored(const Maps& maps) {
  Maps out(maps.size, maps.channels);
  for (int y = 0; y < maps.size.height; ++y) {
    for (int x = 0; x < maps.size.width; ++x) {
      std::copy_n(maps.at(x, y), maps.channels, out.at(maps.size.width - 1 - x, y));
    }
  }
  return out;
}

void set_zero(Maps& maps) { std::fill(maps.values.begin(), maps.values.end(), 0.0F); }

/// scores = exp(logits of the view + those of its mirror image).
void view_scores(ThreadPool& pool, const Maps& view, const ViewOptions& options,
                 const LogitsOf& logits_of, Maps& scores) {
  std::copy_n(logits_of(view), scores.values.size(), scores.values.data());
  const float* other = options.flip ? logits_of(mirrored(view)) : nullptr;
  pool.parallel_for(view.size.height, [&](int64_t row, int) {
    const int y = static_cast<int>(row);
    const int64_t row_begin = row * view.size.width;
    for (int x = 0; x < view.size.width; ++x) {
      float* score = scores.at(x, y);
      for (int c = 0; c < scores.channels; ++c) {
        if (other != nullptr) {
          score[c] += other[(row_begin + view.size.width - 1 - x) * scores.channels + c];
        }
        score[c] = std::exp(score[c]);
      }
    }
  });
}

/// Adds a window's scores to those of the picture, as far as they lie inside.
void add_window(const Maps& window, int left, int top, Maps& sum) {
  const int width = std::min(window.size.width, sum.size.width - left);
  const int height = std::min(window.size.height, sum.size.height - top);
  for (int y = 0; y < height; ++y) {
    const float* from = window.at(0, y);
    float* to = sum.at(left, top + y);
    for (int64_t i = 0; i < int64_t{width} * window.channels; ++i) to[i] += from[i];
  }
}

/// How many windows cover each position.
std::vector<int> coverage(const std::vector<int>& places, int window, int length) {
  std::vector<int> counts(static_cast<size_t>(length), 0);
  for (const int place : places) {
    for (int i = place; i < std::min(place + window, length); ++i) {
      ++counts[static_cast<size_t>(i)];
    }
  }
  return counts;
}

}  // namespace

Maps::Maps(image::Size map_size, int map_channels)
    : size(map_size),
      channels(map_channels),
      values(checked_count(map_size, map_channels), "maps") {}

std::vector<int> window_places(int length, int window, int stride) {
  if (window < 1) fail(ErrorKind::usage, "window {}, expected 1 or more", window);
  if (stride < 1 || stride > window) {
    fail(ErrorKind::usage, "stride {}, expected 1 to {}, the window's side", stride, window);
  }
  std::vector<int> places = {0};
  while (places.back() + window < length) places.push_back(places.back() + stride);
  return places;
}

Maps class_scores(ThreadPool& pool, const Maps& input, const ViewOptions& options,
                  const float* padding, const LogitsOf& logits_of) {
  Maps sum(input.size, options.classes);
  if (options.window == 0) {
    view_scores(pool, input, options, logits_of, sum);
    return sum;
  }
  set_zero(sum);
  const image::Size window{options.window, options.window};
  const auto across =
      window_places(std::max(input.size.width, options.window), options.window, options.stride);
  const auto down =
      window_places(std::max(input.size.height, options.window), options.window, options.stride);
  Maps view(window, input.channels);
  Maps scores(window, options.classes);
  for (const int top : down) {
    for (const int left : across) {
      copy_part(input, left, top, padding, view);
      view_scores(pool, view, options, logits_of, scores);
      add_window(scores, left, top, sum);
    }
  }
  const auto columns = coverage(across, options.window, input.size.width);
  const auto rows = coverage(down, options.window, input.size.height);
  for (int y = 0; y < input.size.height; ++y) {
    for (int x = 0; x < input.size.width; ++x) {
      const int count = rows[static_cast<size_t>(y)] * columns[static_cast<size_t>(x)];
      float* score = sum.at(x, y);
      for (int c = 0; c < sum.channels; ++c) score[c] /= static_cast<float>(count);
    }
  }
  return sum;
}

void add_resized(ThreadPool& pool, const Maps& maps, Maps& sum) {
  const auto across = image::corner_taps(maps.size.width, sum.size.width);
  const auto down = image::corner_taps(maps.size.height, sum.size.height);
  pool.parallel_for(sum.size.height, [&](int64_t row, int) {
    const int y = static_cast<int>(row);
    const auto& [rows, row_weights] = down[static_cast<size_t>(y)];
    for (int x = 0; x < sum.size.width; ++x) {
      const auto& [columns, weights] = across[static_cast<size_t>(x)];
      const float* upper_left = maps.at(columns[0], rows[0]);
      const float* upper_right = maps.at(columns[1], rows[0]);
      const float* lower_left = maps.at(columns[0], rows[1]);
      const float* lower_right = maps.at(columns[1], rows[1]);
      float* out = sum.at(x, y);
      for (int c = 0; c < sum.channels; ++c) {
        const float upper = upper_left[c] * weights[0] + upper_right[c] * weights[1];
        const float lower = lower_left[c] * weights[0] + lower_right[c] * weights[1];
        out[c] += upper * row_weights[0] + lower * row_weights[1];
      }
    }
  });
}

image::Labels largest_class(ThreadPool& pool, const Maps& scores) {
  image::Labels labels(scores.size.width, scores.size.height);
  pool.parallel_for(scores.size.height, [&](int64_t row, int) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < scores.size.width; ++x) {
      const float* score = scores.at(x, y);
      const float* largest = std::max_element(score, score + scores.channels);
      labels.at(x, y) = static_cast<uint16_t>(largest - score + 1);
    }
  });
  return labels;
}

}  // namespace dpt::task
