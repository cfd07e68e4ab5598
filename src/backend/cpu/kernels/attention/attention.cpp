#include "backend/cpu/kernels/attention/attention.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/attention/attention.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>
#include <limits>
#include <numbers>

#include "backend/cpu/kernels/attention/attention_job.h"
#include "backend/cpu/kernels/product/gemm_kernel-inl.h"
#include "backend/cpu/kernels/ranges.h"
#include "backend/cpu/kernels/simple/activation-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
constexpr int64_t square = 1;

inline void transpose_square(const float* from, int64_t, float* to) { *to = *from; }
#else
constexpr int64_t square = 4;

/// 4x4 floats, rows row_stride apart -> rows tile_columns apart.
HWY_INLINE void transpose_square(const float* from, int64_t row_stride, float* to) {
  const hn::CappedTag<float, 4> d;
  const auto row0 = hn::LoadU(d, from);
  const auto row1 = hn::LoadU(d, from + row_stride);
  const auto row2 = hn::LoadU(d, from + 2 * row_stride);
  const auto row3 = hn::LoadU(d, from + 3 * row_stride);
  const auto even_low = hn::InterleaveLower(d, row0, row2);
  const auto odd_low = hn::InterleaveLower(d, row1, row3);
  const auto even_high = hn::InterleaveUpper(d, row0, row2);
  const auto odd_high = hn::InterleaveUpper(d, row1, row3);
  hn::StoreU(hn::InterleaveLower(d, even_low, odd_low), d, to);
  hn::StoreU(hn::InterleaveUpper(d, even_low, odd_low), d, to + tile_columns);
  hn::StoreU(hn::InterleaveLower(d, even_high, odd_high), d, to + 2 * tile_columns);
  hn::StoreU(hn::InterleaveUpper(d, even_high, odd_high), d, to + 3 * tile_columns);
}
#endif

/// K transposed into panels of tile_columns keys; keys beyond the last are zero.
void pack_keys(const float* keys, int64_t row_stride, int64_t tokens, int64_t width, float* out) {
  for (int64_t first = 0; first < tokens; first += tile_columns, out += width * tile_columns) {
    const int64_t used = HWY_MIN(tile_columns, tokens - first);
    const float* from = keys + first * row_stride;
    // Whole squares, then the keys and channels that are left.
    const int64_t squares_j = used / square * square;
    const int64_t squares_k = width / square * square;
    for (int64_t j = 0; j < squares_j; j += square) {
      for (int64_t k = 0; k < squares_k; k += square) {
        transpose_square(from + j * row_stride + k, row_stride, out + k * tile_columns + j);
      }
    }
    for (int64_t j = 0; j < tile_columns; ++j) {
      for (int64_t k = j < squares_j ? squares_k : 0; k < width; ++k) {
        out[k * tile_columns + j] = j < used ? from[j * row_stride + k] : 0.0F;
      }
    }
  }
}

/// V in panels of tile_columns channels; channels beyond the last are zero.
void pack_values(const float* values, int64_t row_stride, int64_t tokens, int64_t width,
                 float* out) {
  for (int64_t first = 0; first < width; first += tile_columns) {
    const int64_t used = HWY_MIN(tile_columns, width - first);
    for (int64_t k = 0; k < tokens; ++k, out += tile_columns) {
      const float* value = values + k * row_stride + first;
      for (int64_t j = 0; j < used; ++j) out[j] = value[j];
      for (int64_t j = used; j < tile_columns; ++j) out[j] = 0.0F;
    }
  }
}

/// Row of `scores` (parts of block_depth, part_stride apart) -> 2^(score - largest); returns their
/// sum. Scores between `tokens` and the next whole vector are overwritten.
float exponentials(float* scores, int64_t part_stride, int64_t tokens) {
  const F32 d;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const int64_t parts = (tokens + block_depth - 1) / block_depth;
  const auto length = [&](int64_t p) {
    const int64_t left = HWY_MIN(block_depth, tokens - p * block_depth);
    return (left + lanes - 1) / lanes * lanes;
  };
  float* last = scores + (parts - 1) * part_stride;
  for (int64_t j = tokens - (parts - 1) * block_depth; j < length(parts - 1); ++j) {
    last[j] = -infinity;
  }
  auto largest = hn::Set(d, -infinity);
  for (int64_t p = 0; p < parts; ++p) {
    const float* s = scores + p * part_stride;
    for (int64_t j = 0; j < length(p); j += lanes) largest = hn::Max(largest, hn::Load(d, s + j));
  }
  largest = hn::MaxOfLanes(d, largest);
  auto sum = hn::Zero(d);
  for (int64_t p = 0; p < parts; ++p) {
    float* s = scores + p * part_stride;
    for (int64_t j = 0; j < length(p); j += lanes) {
      const auto e = exp2_of_negative(d, hn::Sub(hn::Load(d, s + j), largest));
      sum = hn::Add(sum, e);
      hn::Store(e, d, s + j);
    }
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// The thread's memory, cut up.
struct AttentionScratch {
  AttentionScratch(const AttentionJob& job, float* memory)
      : keys(memory),
        values(keys + AttentionJob::round_up(job.keys_size())),
        queries(values + job.values_size()),
        scores(queries + job.queries_size()),
        sums(scores + job.scores_size()) {}
  float *keys, *values, *queries, *scores, *sums;
};

/// to[0, count) = from * scale.
inline void scale_floats(const float* HWY_RESTRICT from, float scale, int64_t count,
                         float* HWY_RESTRICT to) {
  const F32 d;
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::Mul(hn::LoadU(d, from + i), hn::Set(d, scale)), d, to + i);
  }
  for (; i < count; ++i) to[i] = from[i] * scale;
}

/// scores = queries * keys^T / sqrt(width) * log2(e), for queries [rows.begin, rows.end).
void compute_scores(const AttentionJob& job, const AttentionScratch& m, const float* queries,
                    Range rows) {
  const int64_t width = job.head_width();
  const int64_t part_stride = job.block * block_stride;
  const auto scale =
      static_cast<float>(std::numbers::log2e / std::sqrt(static_cast<double>(width)));
  for (int64_t r = 0; r < rows.size(); ++r) {
    const float* query = queries + (rows.begin + r) * 3 * job.args.width;
    for (int64_t k = 0; k < width; k += block_depth) {
      scale_floats(query + k, scale, HWY_MIN(block_depth, width - k),
                   m.queries + k / block_depth * part_stride + r * block_stride);
    }
  }
  const int64_t tiles = (rows.size() + tile_rows - 1) / tile_rows;
  for (int64_t first = 0; first < job.args.tokens; first += tile_columns) {
    float* out = m.scores + first / block_depth * part_stride + first % block_depth;
    for (int64_t tile = 0; tile < tiles; ++tile) {
      const Range t = part(rows.size(), tiles, tile);
      for (int64_t k = 0; k < width; k += block_depth) {
        multiply_rows_for<block_stride>(t.size())(
            m.queries + k / block_depth * part_stride + t.begin * block_stride,
            m.keys + first * width + k * tile_columns, HWY_MIN(block_depth, width - k),
            out + t.begin * block_stride, k > 0);
      }
    }
  }
}

/// output = weights * values / sums of the weights, for the same queries.
void apply_weights(const AttentionJob& job, const AttentionScratch& m, const float* scale,
                   float* output, Range rows) {
  const int64_t tokens = job.args.tokens;
  const int64_t part_stride = job.block * block_stride;
  const int64_t tiles = (rows.size() + tile_rows - 1) / tile_rows;
  for (int64_t first = 0; first < job.head_width(); first += tile_columns) {
    const int64_t used = HWY_MIN(tile_columns, job.head_width() - first);
    for (int64_t tile = 0; tile < tiles; ++tile) {
      const Range t = part(rows.size(), tiles, tile);
      for (int64_t k = 0; k < tokens; k += block_depth) {
        multiply_rows_for(t.size())(
            m.scores + k / block_depth * part_stride + t.begin * block_stride,
            m.values + first * tokens + k * tile_columns, HWY_MIN(block_depth, tokens - k), m.sums,
            k > 0);
      }
      for (int64_t r = 0; r < t.size(); ++r) {
        float* out = output + (rows.begin + t.begin + r) * job.args.width + first;
        scale_floats(m.sums + r * tile_columns, scale[t.begin + r], used, out);
      }
    }
  }
}

void attention_task(const AttentionJob& job, int64_t task, float* memory) {
  const AttentionArgs& args = job.args;
  const int64_t head = task / job.chunks % args.heads;
  const int64_t picture = task / job.chunks / args.heads;
  const int64_t row_stride = 3 * args.width;
  const int64_t width = job.head_width();
  const float* queries = args.qkv + picture * args.tokens * row_stride + head * width;
  float* output = args.output + picture * args.tokens * args.width + head * width;
  const AttentionScratch m(job, memory);
  pack_keys(queries + args.width, row_stride, args.tokens, width, m.keys);
  pack_values(queries + 2 * args.width, row_stride, args.tokens, width, m.values);
  const Range chunk = part(args.tokens, job.chunks, task % job.chunks);
  const int64_t blocks = (chunk.size() + job.block - 1) / job.block;
  for (int64_t b = 0; b < blocks; ++b) {
    const Range within = part(chunk.size(), blocks, b);
    const Range rows{chunk.begin + within.begin, chunk.begin + within.end};
    compute_scores(job, m, queries, rows);
    // The queries are no longer needed: their place takes the inverse sums.
    float* scale = m.queries;
    for (int64_t r = 0; r < rows.size(); ++r) {
      scale[r] =
          1 / exponentials(m.scores + r * block_stride, job.block * block_stride, args.tokens);
    }
    apply_weights(job, m, scale, output, rows);
  }
}

TileShape attention_tile() { return {tile_rows, tile_columns}; }

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/dispatch.h"
#include "base/buffer.h"

namespace dpt::cpu {

HWY_EXPORT(attention_tile);
HWY_EXPORT(attention_task);

namespace {

// The scores of 56 queries and 577 keys are 180 KiB: with the packed keys and values of a head
// (300 KiB) they stay in the second cache.
constexpr int64_t queries_per_block = 56;

}  // namespace

void attention(ThreadPool& pool, const AttentionArgs& args) {
  if (args.batch == 0 || args.tokens == 0) return;
  if (has_unit_for(args.arithmetic)) return attention_in_parts(pool, args);
  AttentionJob job{
      .args = args, .tile = DPT_DISPATCH(attention_tile)(), .block = queries_per_block};
  job.chunks = choose_attention_chunks(args.batch * args.heads,
                                       (args.tokens + job.block - 1) / job.block, pool.size());
  pool.parallel_for(job.tasks(), [&](int64_t task, int thread) {
    HWY_DYNAMIC_DISPATCH(attention_task)
    (job, task,
     reinterpret_cast<float*>(
         pool.scratch(thread, static_cast<size_t>(job.per_thread()) * sizeof(float))));
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
