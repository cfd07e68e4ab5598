#include "backend/cpu/kernels/winograd/winograd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/winograd/winograd.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <numbers>

#include "backend/cpu/kernels/product/epilogue-inl.h"
#include "backend/cpu/kernels/product/gemm_kernel-inl.h"
#include "backend/cpu/kernels/simple/bilinear-inl.h"
#include "backend/cpu/kernels/winograd/winograd_job.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

constexpr float sqrt2 = std::numbers::sqrt2_v<float>;

/// Six inputs in a row -> the six points: B^T of Lavin and Gray for the points 0, +-sqrt(1/2),
/// +-sqrt(2), infinity.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void transform_input(D d, const V x[6], V out[6]) {
  const V a = hn::Set(d, sqrt2 / 2);
  const V b = hn::Set(d, sqrt2);
  const V half = hn::Set(d, 0.5F);
  const V two = hn::Set(d, 2.0F);
  const V sum = hn::Set(d, 2.5F);
  const V even_a = hn::NegMulAdd(two, x[2], x[4]);
  const V odd_a = hn::NegMulAdd(two, x[1], x[3]);
  const V even_b = hn::NegMulAdd(half, x[2], x[4]);
  const V odd_b = hn::NegMulAdd(half, x[1], x[3]);
  out[0] = hn::Add(x[0], hn::NegMulAdd(sum, x[2], x[4]));
  out[1] = hn::MulAdd(a, odd_a, even_a);
  out[2] = hn::NegMulAdd(a, odd_a, even_a);
  out[3] = hn::MulAdd(b, odd_b, even_b);
  out[4] = hn::NegMulAdd(b, odd_b, even_b);
  out[5] = hn::Add(x[1], hn::NegMulAdd(sum, x[3], x[5]));
}

/// Products at the six points -> four outputs in a row.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void transform_output(D d, const V m[6], V out[4]) {
  const V a = hn::Set(d, sqrt2 / 2);
  const V b = hn::Set(d, sqrt2);
  const V sum_a = hn::Add(m[1], m[2]);
  const V difference_a = hn::Mul(a, hn::Sub(m[1], m[2]));
  const V sum_b = hn::Add(m[3], m[4]);
  const V difference_b = hn::Mul(b, hn::Sub(m[3], m[4]));
  const V half = hn::Set(d, 0.5F);
  const V two = hn::Set(d, 2.0F);
  out[0] = hn::Add(m[0], hn::Add(sum_a, sum_b));
  out[1] = hn::Add(difference_a, difference_b);
  out[2] = hn::MulAdd(half, sum_a, hn::Mul(two, sum_b));
  out[3] = hn::Add(hn::MulAdd(half, difference_a, hn::Mul(two, difference_b)), m[5]);
}

/// The vector of channels that starts at `c` of a 6x6 patch of pixels -> the 36 points, `stride`
/// apart.
template <bool relu, class D, class V = hn::Vec<D>>
HWY_NOINLINE void transform_patch(D d, const float* const pixels[36], int64_t c, float* to,
                                  int64_t stride) {
  V columns[6][6];
#pragma GCC unroll 6
  for (int x = 0; x < 6; ++x) {
    V in[6];
#pragma GCC unroll 6
    for (int y = 0; y < 6; ++y) {
      in[y] = hn::LoadU(d, pixels[6 * y + x] + c);
      if (relu) in[y] = hn::IfThenZeroElse(hn::Lt(in[y], hn::Zero(d)), in[y]);
    }
    transform_input(d, in, columns[x]);
  }
#pragma GCC unroll 6
  for (int y = 0; y < 6; ++y) {
    V in[6];
    V out[6];
#pragma GCC unroll 6
    for (int x = 0; x < 6; ++x) in[x] = columns[x][y];
    transform_input(d, in, out);
#pragma GCC unroll 6
    for (int x = 0; x < 6; ++x) hn::StoreU(out[x], d, to + (6 * y + x) * stride);
  }
}

/// All channels of a patch.
template <bool relu>
void transform_channels(const float* const pixels[36], int64_t channels, float* to,
                        int64_t pass_stride, int64_t point_stride) {
  const hn::CappedTag<float, 1> one;
  const auto target = [&](int64_t c) {
    return to + c / block_depth * pass_stride + c % block_depth;
  };
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) {
    transform_patch<relu>(F32(), pixels, c, target(c), point_stride);
  }
  for (; c < channels; ++c) transform_patch<relu>(one, pixels, c, target(c), point_stride);
}

/// Where a patch lies.
struct Patch {
  Patch(const WinogradJob& job, int64_t index)
      : picture(index / job.patches_x() / job.patches_y()),
        y(index / job.patches_x() % job.patches_y() * 4),
        x(index % job.patches_x() * 4) {}
  int64_t picture, y, x;  ///< y, x: first output pixel
};

/// The 6x6 pixels under a patch; `memory` receives those of an input that is resized.
void find_pixels(const WinogradJob& job, const Patch& patch, const float* zeros, float* memory,
                 const float* pixels[36]) {
  const WinogradArgs& a = job.args;
  const float* picture = a.input + patch.picture * job.picture_size();
  for (int64_t i = 0; i < 36; ++i) {
    const int64_t y = patch.y + i / 6 - 1;
    const int64_t x = patch.x + i % 6 - 1;
    const bool inside = y >= 0 && y < a.height && x >= 0 && x < a.width;
    if (!inside) {
      pixels[i] = zeros;
    } else if (!job.resizes()) {
      pixels[i] = picture + (y * a.width + x) * a.channels;
    } else {
      const Tap& row = job.rows[static_cast<size_t>(y)];
      const int64_t line = a.source_width * a.channels;
      float* pixel = memory + i * job.zeros_size();
      interpolate_pixel(picture + row.low * line, picture + row.high * line, row.weight,
                        job.columns[static_cast<size_t>(x)], a.channels, pixel);
      pixels[i] = pixel;
    }
  }
}

/// Transforms the inputs of the patches [patches.begin, patches.end) of a task.
void transform_inputs(const WinogradJob& job, Range patches, const float* zeros, float* memory,
                      float* inputs) {
  const WinogradArgs& a = job.args;
  const int64_t pass_stride = job.block_patches() * block_stride;
  const int64_t point_stride = job.passes() * pass_stride;
  for (int64_t p = patches.begin; p < patches.end; ++p) {
    const float* pixels[36];
    find_pixels(job, Patch(job, p), zeros, memory, pixels);
    float* to = inputs + (p - patches.begin) * block_stride;
    if (a.relu_input) {
      transform_channels<true>(pixels, a.channels, to, pass_stride, point_stride);
    } else {
      transform_channels<false>(pixels, a.channels, to, pass_stride, point_stride);
    }
  }
}

/// One vector of output channels of a patch: sums at the 36 points, `stride` apart -> 4x4 pixels,
/// out[4][4][vector].
template <class D, class V = hn::Vec<D>>
HWY_NOINLINE void transform_sums(D d, const float* sums, int64_t stride, float* out) {
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  V rows[6][4];
#pragma GCC unroll 6
  for (int y = 0; y < 6; ++y) {
    V in[6];
#pragma GCC unroll 6
    for (int x = 0; x < 6; ++x) in[x] = hn::LoadU(d, sums + (6 * y + x) * stride);
    transform_output(d, in, rows[y]);
  }
#pragma GCC unroll 4
  for (int x = 0; x < 4; ++x) {
    const V in[6] = {rows[0][x], rows[1][x], rows[2][x], rows[3][x], rows[4][x], rows[5][x]};
    V column[4];
    transform_output(d, in, column);
#pragma GCC unroll 4
    for (int y = 0; y < 4; ++y) hn::StoreU(column[y], d, out + (4 * y + x) * n);
  }
}

/// The same, then the epilogue for those of the pixels that lie inside the map.
template <Activation kind, class D>
HWY_INLINE void finish_patch(D d, const WinogradJob& job, const Patch& patch, int64_t column,
                             const float* sums, int64_t stride) {
  const auto n = static_cast<int64_t>(hn::Lanes(d));
  const WinogradArgs& a = job.args;
  HWY_ALIGN float pixels[16 * lanes];
  transform_sums(d, sums, stride, pixels);
  const int64_t columns = a.weights->columns();
  for (int64_t y = 0; y < HWY_MIN(4, a.height - patch.y); ++y) {
    const int64_t line = (patch.picture * a.height + patch.y + y) * a.width + patch.x;
    for (int64_t x = 0; x < HWY_MIN(4, a.width - patch.x); ++x) {
      finish_vector<kind>(d, hn::LoadU(d, pixels + (4 * y + x) * n), a.epilogue, column,
                          (line + x) * columns + column, a.output);
    }
  }
}

template <Activation kind>
void finish_patches(const WinogradJob& job, Range patches, int64_t panel, const float* sums) {
  const hn::CappedTag<float, 1> one;
  const int64_t stride = job.block_patches() * tile_columns;
  const int64_t column = panel * tile_columns;
  const int64_t columns = HWY_MIN(tile_columns, job.args.weights->columns() - column);
  for (int64_t p = patches.begin; p < patches.end; ++p, sums += tile_columns) {
    const Patch patch(job, p);
    int64_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
      finish_patch<kind>(F32(), job, patch, column + j, sums + j, stride);
    }
    for (; j < columns; ++j) finish_patch<kind>(one, job, patch, column + j, sums + j, stride);
  }
}

/// sums[36][patches][tile_columns] = inputs * one panel of the weights.
void multiply_points(const WinogradJob& job, int64_t patches, const float* inputs,
                     const float* panel, float* sums) {
  const int64_t channels = job.args.channels;
  const int64_t tiles = (patches + tile_rows - 1) / tile_rows;
  for (int64_t point = 0; point < 36; ++point) {
    for (int64_t pass = 0; pass < job.passes(); ++pass) {
      const int64_t depth = HWY_MIN(block_depth, channels - pass * block_depth);
      for (int64_t tile = 0; tile < tiles; ++tile) {
        const Range rows = part(patches, tiles, tile);
        multiply_rows_for(rows.size())(inputs + rows.begin * block_stride, panel, depth,
                                       sums + rows.begin * tile_columns, pass > 0);
      }
      inputs += job.block_patches() * block_stride;
      panel += depth * tile_columns;
    }
    sums += job.block_patches() * tile_columns;
  }
}

void winograd_task(const WinogradJob& job, int64_t task, float* memory) {
  const Range tiles = job.blocking.row_block(task);
  const Range patches{part(job.patches(), job.blocking.row_tiles, tiles.begin).begin,
                      part(job.patches(), job.blocking.row_tiles, tiles.end - 1).end};
  float* inputs = memory;
  float* sums = inputs + job.inputs_size();
  float* zeros = sums + job.sums_size();
  std::fill_n(zeros, job.args.channels, 0.0F);
  transform_inputs(job, patches, zeros, zeros + job.zeros_size(), inputs);
  const Range panels = job.blocking.column_block(task);
  for (int64_t panel = panels.begin; panel < panels.end; ++panel) {
    const float* b = job.args.weights->data() + panel * 36 * job.args.channels * tile_columns;
    multiply_points(job, patches.size(), inputs, b, sums);
    switch (job.args.epilogue.activation) {
      case Activation::none:
        finish_patches<Activation::none>(job, patches, panel, sums);
        break;
      case Activation::relu:
        finish_patches<Activation::relu>(job, patches, panel, sums);
        break;
      case Activation::gelu:
        finish_patches<Activation::gelu>(job, patches, panel, sums);
        break;
    }
  }
}

TileShape winograd_tile() { return {tile_rows, tile_columns}; }

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"
#include "base/error.h"

namespace dpt::cpu {

HWY_EXPORT(winograd_tile);
HWY_EXPORT(winograd_task);

namespace {

// Transformed inputs of 28 patches and 256 channels are 1.1 MiB. Fewer patches read the weights,
// which stay in the third cache at best, more often; more do not fit in the second.
constexpr int64_t max_block_patches = 28;

}  // namespace

void conv2d_winograd(ThreadPool& pool, const WinogradArgs& args) {
  WinogradJob job{.args = args,
                  .tile = DPT_DISPATCH(winograd_tile)(),
                  .blocking = {},
                  .rows = {},
                  .columns = {}};
  if (job.resizes()) {
    job.rows = bilinear_taps(args.source_height, args.height, args.coordinates);
    job.columns = bilinear_taps(args.source_width, args.width, args.coordinates);
  }
  if (args.weights->panel() != job.tile.columns) {
    fail(ErrorKind::usage,
         "weights were packed for panels of {} columns, instruction set {} needs {}: pack again",
         args.weights->panel(), instruction_set(), job.tile.columns);
  }
  if (job.patches() == 0 || args.weights->columns() == 0) return;
  const int64_t panels = (args.weights->columns() + job.tile.columns - 1) / job.tile.columns;
  job.blocking = choose_blocking((job.patches() + job.tile.rows - 1) / job.tile.rows, panels,
                                 std::max<int64_t>(1, max_block_patches / job.tile.rows), panels,
                                 pool.size(), tile_product_time);
  pool.parallel_for(job.blocking.tasks(), [&](int64_t task, int thread) {
    HWY_DYNAMIC_DISPATCH(winograd_task)
    (job, task,
     reinterpret_cast<float*>(
         pool.scratch(thread, static_cast<size_t>(job.per_thread()) * sizeof(float))));
  });
}

// Faster at every shape of the networks that was measured, by 1.9 (32 output channels) to 3.6
// times. With fewer than 32 channels the transforms cost as much as the products that they save,
// and one patch per picture is mostly padding.
bool winograd_worthwhile(int64_t batch, int64_t height, int64_t width, int64_t in, int64_t out) {
  return in >= 32 && out >= 32 && batch * height * width >= 64;
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
