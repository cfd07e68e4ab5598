#include "task/label_map.h"

#include <algorithm>
#include <vector>

#include "image/resample/plane_taps.h"
#include "runtime/label_map.h"

namespace dpt::task {

namespace {

using runtime::WideTap;

template <size_t N>
std::vector<WideTap> widen(const std::vector<image::Tap<N>>& taps) {
  std::vector<WideTap> wide;
  wide.reserve(taps.size());
  for (const image::Tap<N>& tap : taps) {
    WideTap& out = wide.emplace_back();
    std::copy(tap.index.begin(), tap.index.end(), out.index.begin());
    std::copy(tap.weight.begin(), tap.weight.end(), out.weight.begin());
  }
  return wide;
}

std::vector<WideTap> make_taps(image::PlaneFilter filter, int in, int out) {
  return filter == image::PlaneFilter::bilinear ? widen(image::linear_taps(in, out))
                                                : widen(image::cubic_taps(in, out));
}

}  // namespace

void label_map(ThreadPool& pool, const ClassMaps& maps, image::PlaneFilter filter,
               image::Labels& labels, image::Plane* scores) {
  const std::vector<WideTap> rows = make_taps(filter, maps.logits.height, labels.height());
  const std::vector<WideTap> columns = make_taps(filter, maps.logits.width, labels.width());
  runtime::label_map(pool, {.maps = maps.data,
                            .height = maps.height,
                            .width = maps.width,
                            .classes = maps.classes,
                            .resized_height = maps.logits.height,
                            .resized_width = maps.logits.width,
                            .rows = rows,
                            .columns = columns,
                            .labels = labels.data(),
                            .scores = scores == nullptr ? nullptr : scores->data()});
}

}  // namespace dpt::task
