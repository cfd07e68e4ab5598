#include "task/label_map.h"

#include <algorithm>
#include <cmath>

#include "image/plane_taps.h"

namespace dpt::task {

namespace {

using image::Tap;

/// out[i] = sum over taps of weight * in[index * stride + i].
template <size_t N>
void blend(const float* in, int64_t stride, const Tap<N>& tap, int64_t count, float* out) {
  std::array<const float*, N> from{};
  for (size_t k = 0; k < N; ++k) from[k] = in + tap.index[k] * stride;
  for (int64_t i = 0; i < count; ++i) {
    float sum = from[0][i] * tap.weight[0];
    for (size_t k = 1; k < N; ++k) sum += from[k][i] * tap.weight[k];
    out[i] = sum;
  }
}

float softmax_of_largest(const float* logits, int classes, float largest) {
  float sum = 0;
  for (int c = 0; c < classes; ++c) sum += std::exp(logits[c] - largest);
  return 1.0F / sum;
}

template <size_t N>
void label_with(ThreadPool& pool, const LogitMap& in, const std::vector<Tap<N>>& across,
                const std::vector<Tap<N>>& down, image::Labels& labels, image::Plane* scores) {
  const int64_t row_length = static_cast<int64_t>(in.width) * in.classes;
  const int64_t scratch = row_length + in.classes;
  Buffer<float> buffers(static_cast<size_t>(scratch * pool.size()), "rows of logits");
  pool.parallel_for(labels.height(), [&](int64_t y, int thread) {
    float* row = buffers.data() + thread * scratch;
    float* pixel = row + row_length;
    blend(in.data, row_length, down[static_cast<size_t>(y)], row_length, row);
    for (int x = 0; x < labels.width(); ++x) {
      blend(row, in.classes, across[static_cast<size_t>(x)], in.classes, pixel);
      const float* best = std::max_element(pixel, pixel + in.classes);
      labels.at(x, static_cast<int>(y)) = static_cast<uint16_t>(best - pixel + 1);
      if (scores != nullptr) {
        scores->at(x, static_cast<int>(y)) = softmax_of_largest(pixel, in.classes, *best);
      }
    }
  });
}

}  // namespace

void label_map(ThreadPool& pool, const LogitMap& logits, image::PlaneFilter filter,
               image::Labels& labels, image::Plane* scores) {
  if (filter == image::PlaneFilter::bilinear) {
    label_with(pool, logits, image::linear_taps(logits.width, labels.width()),
               image::linear_taps(logits.height, labels.height()), labels, scores);
  } else {
    label_with(pool, logits, image::cubic_taps(logits.width, labels.width()),
               image::cubic_taps(logits.height, labels.height()), labels, scores);
  }
}

}  // namespace dpt::task
