#include "backend/cpu/kernels/labels/label_map.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/labels/label_map.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <iterator>
#include <limits>
#include <numbers>

#include "backend/cpu/kernels/labels/label_map_job.h"
#include "backend/cpu/kernels/simple/activation-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using VI = hn::Vec<DI>;
constexpr D d;
constexpr DI di;
constexpr int64_t lanes = HWY_LANES(float);
constexpr float least = -std::numeric_limits<float>::infinity();

// Positions of the picture that are labelled at once, since what is loaded serves all of them: as
// many as leave registers for the largest classes.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
constexpr int at_once = 4;
#else
constexpr int at_once = 2;
#endif

/// Floats of a pixel in working memory: its classes, then zeros up to whole vectors.
constexpr int64_t stride_of(int64_t classes) { return (classes + lanes - 1) / lanes * lanes; }

/// sum over k of weights[k] * from[k][c...]
template <class Tag>
HWY_INLINE hn::Vec<Tag> sum_at(Tag tag, const float* const from[4], const Weights& weights,
                               int64_t c) {
  auto sum = hn::Mul(hn::LoadU(tag, from[0] + c), hn::Set(tag, weights[0]));
  sum = hn::MulAdd(hn::LoadU(tag, from[1] + c), hn::Set(tag, weights[1]), sum);
  sum = hn::MulAdd(hn::LoadU(tag, from[2] + c), hn::Set(tag, weights[2]), sum);
  return hn::MulAdd(hn::LoadU(tag, from[3] + c), hn::Set(tag, weights[3]), sum);
}

/// The sum of four pixels of the maps, each times its weight, into working memory.
HWY_INLINE void blend(const float* const from[4], const Weights& weights, int64_t classes,
                      float* out) {
  const hn::CappedTag<float, 1> one;
  int64_t c = 0;
  for (; c + lanes <= classes; c += lanes) hn::StoreU(sum_at(d, from, weights, c), d, out + c);
  if (c < classes && classes >= lanes) {
    // The last vector overlaps the one before.
    hn::StoreU(sum_at(d, from, weights, classes - lanes), d, out + classes - lanes);
    c = classes;
  }
  for (; c < classes; ++c) hn::StoreU(sum_at(one, from, weights, c), one, out + c);
  for (; c < stride_of(classes); ++c) out[c] = 0;
}

/// 0, 1, ...: hn::Iota is put together in memory under some instruction sets.
HWY_INLINE VI lane_numbers() {
  static constexpr int32_t numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  static_assert(lanes <= std::size(numbers));
  return hn::LoadU(di, numbers);
}

/// What each lane of N sums of pixels in working memory has as its largest value, and the first
/// class that has it. NaN is never the largest: a lane of nothing else keeps class 0.
template <int N>
HWY_INLINE void find_largest(const float* const from[4], const Weights* weights, int64_t classes,
                             V* largest, VI* class_of) {
  for (int n = 0; n < N; ++n) {
    largest[n] = hn::Set(d, least);
    class_of[n] = hn::Zero(di);
  }
  VI numbers = lane_numbers();
  for (int64_t c = 0; c < classes; c += lanes) {
    const bool is_last = c + lanes > classes;
    const V v0 = hn::Load(d, from[0] + c);
    const V v1 = hn::Load(d, from[1] + c);
    const V v2 = hn::Load(d, from[2] + c);
    const V v3 = hn::Load(d, from[3] + c);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      V sum = hn::Mul(v0, hn::Set(d, weights[n][0]));
      sum = hn::MulAdd(v1, hn::Set(d, weights[n][1]), sum);
      sum = hn::MulAdd(v2, hn::Set(d, weights[n][2]), sum);
      sum = hn::MulAdd(v3, hn::Set(d, weights[n][3]), sum);
      if (is_last) {
        const auto are_classes = hn::FirstN(d, static_cast<size_t>(classes - c));
        sum = hn::IfThenElse(are_classes, sum, hn::Set(d, least));
      }
      const auto larger = hn::Gt(sum, largest[n]);
      largest[n] = hn::IfThenElse(larger, sum, largest[n]);
      class_of[n] = hn::IfThenElse(hn::RebindMask(di, larger), numbers, class_of[n]);
    }
    numbers = hn::Add(numbers, hn::Set(di, static_cast<int32_t>(lanes)));
  }
}

/// The first of the classes with the largest value of all lanes.
HWY_INLINE int32_t first_class(V largest, VI class_of) {
  const auto is_largest = hn::RebindMask(di, hn::Eq(largest, hn::MaxOfLanes(d, largest)));
  const VI none = hn::Set(di, std::numeric_limits<int32_t>::max());
  return hn::GetLane(hn::MinOfLanes(di, hn::IfThenElse(is_largest, class_of, none)));
}

/// One thread's part of the work.
class Labeller {
 public:
  /// `row`: [width of the maps, stride_of(classes)]; `settled`: one per run of columns.
  Labeller(const LabelMapJob& job, float* row, int32_t* settled)
      : job_(job), args_(job.args), row_(row), settled_(settled) {}

  void label(const WindowRun& rows) const {
    std::fill_n(settled_, job_.columns.runs.size(), unsettled);
    if (job_.settle) settle(rows);
    for (int64_t y = rows.begin; y < rows.end; ++y) label_row(rows, y);
  }

 private:
  static constexpr int32_t unsettled = -1;

  /// Finds the blocks (a run of rows by one of columns) that have one class. The values at all
  /// positions of a block are means of the values at its sixteen corners: a class that is the
  /// largest, or the first of equal ones, at all corners is so at all positions.
  void settle(const WindowRun& rows) const {
    const std::vector<WindowRun>& runs = job_.columns.runs;
    for (size_t corner = 0; corner < 4; ++corner) {
      blend_row(rows, rows.corners[corner], 0, args_.width);
      for (size_t i = 0; i < runs.size(); ++i) {
        if (corner != 0 && settled_[i] == unsettled) continue;
        const int32_t found = class_of_corners(runs[i]);
        settled_[i] = corner == 0 || found == settled_[i] ? found : unsettled;
      }
    }
  }

  /// Of those on one row.
  int32_t class_of_corners(const WindowRun& columns) const {
    const float* from[4];
    find_sources(columns, from);
    V largest[4];
    VI class_of[4];
    find_largest<4>(from, columns.corners.data(), args_.classes, largest, class_of);
    const int32_t first = first_class(largest[0], class_of[0]);
    for (int n = 1; n < 4; ++n) {
      if (first_class(largest[n], class_of[n]) != first) return unsettled;
    }
    return first;
  }

  void label_row(const WindowRun& rows, int64_t y) const {
    const int64_t offset = y * static_cast<int64_t>(job_.columns.weights.size());
    const Weights& weights = job_.rows.weights[static_cast<size_t>(y)];
    int64_t ready = 0;  // the first column of the maps that is not in row_
    for (size_t i = 0; i < job_.columns.runs.size(); ++i) {
      const WindowRun& run = job_.columns.runs[i];
      if (settled_[i] != unsettled) {
        std::fill(args_.labels + offset + run.begin, args_.labels + offset + run.end,
                  static_cast<uint16_t>(settled_[i] + 1));
        continue;
      }
      const int64_t end = run.source.back() + 1;
      blend_row(rows, weights, std::max(ready, run.source.front()), end);
      ready = end;
      label_run(run, offset);
    }
  }

  /// Columns [begin, end) of the maps, blended for one row.
  void blend_row(const WindowRun& rows, const Weights& weights, int64_t begin, int64_t end) const {
    for (int64_t x = begin; x < end; ++x) {
      const float* from[4];
      for (size_t k = 0; k < 4; ++k) {
        from[k] = args_.maps + (rows.source[k] * args_.width + x) * args_.classes;
      }
      blend(from, weights, args_.classes, row_ + x * stride_);
    }
  }

  void find_sources(const WindowRun& columns, const float* from[4]) const {
    for (size_t k = 0; k < 4; ++k) from[k] = row_ + columns.source[k] * stride_;
  }

  void label_run(const WindowRun& run, int64_t offset) const {
    const float* from[4];
    find_sources(run, from);
    int64_t x = run.begin;
    for (; x + at_once <= run.end; x += at_once) label_positions<at_once>(from, x, offset);
    for (; x < run.end; ++x) label_positions<1>(from, x, offset);
  }

  /// N positions of the picture from x on.
  template <int N>
  void label_positions(const float* const from[4], int64_t x, int64_t offset) const {
    const Weights* weights = job_.columns.weights.data() + x;
    V largest[N];
    VI class_of[N];
    find_largest<N>(from, weights, args_.classes, largest, class_of);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      const int64_t position = offset + x + n;
      args_.labels[position] = static_cast<uint16_t>(first_class(largest[n], class_of[n]) + 1);
      if (args_.scores == nullptr) continue;
      const V value = hn::MaxOfLanes(d, largest[n]);
      args_.scores[position] = probability(from, weights[n], value);
    }
  }

  /// Softmax over the classes, of that with the value `largest` (in all lanes).
  float probability(const float* const from[4], const Weights& weights, V largest) const {
    constexpr auto log2_e = std::numbers::log2e_v<float>;
    V total = hn::Zero(d);
    for (int64_t c = 0; c < args_.classes; c += lanes) {
      const V below = hn::Sub(sum_at(d, from, weights, c), largest);
      V part = exp2_of_negative(d, hn::Mul(below, hn::Set(d, log2_e)));
      if (c + lanes > args_.classes) {
        part = hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(args_.classes - c)), part);
      }
      total = hn::Add(total, part);
    }
    return 1.0F / hn::GetLane(hn::SumOfLanes(d, total));
  }

  const LabelMapJob& job_;
  const LabelMapArgs& args_;
  float* row_;        // columns of the maps, blended for one row of the picture
  int32_t* settled_;  // the class of each run of columns, or unsettled
  const int64_t stride_ = stride_of(args_.classes);
};

/// The rows of the picture that are one run.
void label_rows(const LabelMapJob& job, int64_t run, int thread, ThreadPool& pool) {
  const auto row_bytes =
      static_cast<size_t>(job.args.width * stride_of(job.args.classes)) * sizeof(float);
  const size_t settled_bytes = job.columns.runs.size() * sizeof(int32_t);
  std::byte* memory = pool.scratch(thread, row_bytes + settled_bytes);
  Labeller(job, reinterpret_cast<float*>(memory), reinterpret_cast<int32_t*>(memory + row_bytes))
      .label(job.rows.runs[static_cast<size_t>(run)]);
}

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"

namespace dpt::cpu {

HWY_EXPORT(label_rows);

void label_map(ThreadPool& pool, const LabelMapArgs& args) {
  // Labelling the corners of a block costs about as much as so many positions.
  constexpr size_t positions_of_corners = 20;
  LabelMapJob job{.args = args,
                  .rows = compose(args.height, args.resized_height, args.rows),
                  .columns = compose(args.width, args.resized_width, args.columns)};
  const size_t blocks = job.rows.runs.size() * job.columns.runs.size();
  // A score is asked of every position: knowing its class would save nothing.
  job.settle = args.scores == nullptr &&
               args.rows.size() * args.columns.size() > 2 * positions_of_corners * blocks;
  pool.parallel_for(static_cast<int64_t>(job.rows.runs.size()), [&](int64_t run, int thread) {
    DPT_DISPATCH(label_rows)(job, run, thread, pool);
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
