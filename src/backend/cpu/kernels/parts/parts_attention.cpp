// Attention with products of bf16 parts on a dot unit: 32 queries at a time against all keys, their
// weights as rows of bf16 parts, times all values.
#include "backend/cpu/kernels/attention/attention_job.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/cpu/kernels/parts/parts_attention.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "backend/cpu/kernels/parts/dot_units-inl.h"
#include "backend/cpu/kernels/parts/parts_attention_job.h"
#include "backend/cpu/kernels/parts/parts_pack-inl.h"
#include "backend/cpu/kernels/ranges.h"
#include "backend/cpu/kernels/simple/activation-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dpt::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
/// The keys as columns: panels of 32 keys, [steps of the head width][part][2 tiles].
template <int parts>
DPT_DOT void pack_keys(const PartsAttentionJob& job, const float* keys, std::byte* to) {
  const int64_t panel_bytes = job.width_steps() * parts * 2 * tile_bytes;
  for (int64_t first = 0; first < job.args.tokens; first += dot_block, to += panel_bytes) {
    const float* rows[dot_block] = {};
    for (int64_t j = 0; j < HWY_MIN(dot_block, job.args.tokens - first); ++j) {
      rows[j] = keys + (first + j) * job.row_stride();
    }
    pack_panel<parts>(rows, job.head_width(), to);
  }
}

/// The values of tokens `token` and token + 1 in 16 columns, of which `count` are there: the pairs
/// that stand in a row of a tile, for each part.
template <int parts>
DPT_DOT HWY_INLINE void value_pairs(const PartsAttentionJob& job, const float* values,
                                    int64_t token, int64_t count, __m512i out[parts]) {
  const auto load = [&](int64_t t) DPT_DOT {
    return load_floats<false>(values + t * job.row_stride(), 0, t < job.args.tokens ? count : 0);
  };
  __m512i both[parts];  // 16 numbers of the first token, then 16 of the second
  split<parts>(load(token), load(token + 1), both);
#pragma GCC unroll 3
  for (int p = 0; p < parts; ++p) {
    const __m512i low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(both[p]));
    const __m512i high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(both[p], 1));
    out[p] = _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
  }
}

/// The values as columns: panels of 32 of the head width, [steps of 32 tokens][part][2 tiles].
template <int parts>
DPT_DOT void pack_values(const PartsAttentionJob& job, const float* values, std::byte* to) {
  constexpr int64_t step_bytes = parts * 2 * tile_bytes;
  for (int64_t first = 0; first < job.head_width(); first += dot_block) {
    for (int64_t token = 0; token < job.args.tokens; token += 32, to += step_bytes) {
      for (int64_t half = 0; half < 2; ++half) {
        const int64_t column = first + half * tile_side;
        for (int64_t pair = 0; pair < tile_side; ++pair) {
          __m512i out[parts];
          value_pairs<parts>(job, values + column, token + 2 * pair, job.head_width() - column,
                             out);
          std::byte* at = to + half * tile_bytes + pair * 64;
          for (int p = 0; p < parts; ++p) _mm512_store_si512(at + p * 2 * tile_bytes, out[p]);
        }
      }
    }
  }
}

/// Queries, times log2(e) / sqrt(head width): the scores are then exponents of 2.
template <int parts>
DPT_DOT void split_queries(const PartsAttentionJob& job, const float* queries, Range rows,
                           std::byte* to) {
  const __m512 scale = _mm512_set1_ps(
      static_cast<float>(std::numbers::log2e / std::sqrt(static_cast<double>(job.head_width()))));
  const int64_t width = job.head_width();
  for (int64_t row = rows.begin; row < rows.end; ++row, to += job.query_bytes()) {
    const float* from = queries + row * job.row_stride();
    for (int64_t i = 0; i < width; i += 32) {
      __m512i out[parts];
      split<parts>(_mm512_mul_ps(load_floats<false>(from, i, width), scale),
                   _mm512_mul_ps(load_floats<false>(from, i + 16, width), scale), out);
      for (int p = 0; p < parts; ++p) {
        _mm512_store_si512(to + p * job.queries_part_bytes() + i * 2, out[p]);
      }
    }
  }
}

/// Row `row` of the scores -> 2^(score - largest) as bf16 parts; returns the inverse of their sum.
template <int parts>
DPT_DOT float weights_of_row(const PartsAttentionJob& job, float* scores, int64_t row,
                             std::byte* to) {
  const hn::ScalableTag<float> d;
  using Vector = hn::Vec<decltype(d)>;
  constexpr int64_t block = dot_block * dot_block;
  float* first = scores + row * dot_block;
  for (int64_t j = job.args.tokens; j < job.token_steps() * dot_block; ++j) {
    first[j / dot_block * block + j % dot_block] = -std::numeric_limits<float>::infinity();
  }
  __m512 largest = _mm512_set1_ps(-std::numeric_limits<float>::infinity());
  for (int64_t p = 0; p < job.token_steps(); ++p) {
    const float* s = first + p * block;
    // The second operand is the one that stays if one is NaN.
    largest = _mm512_max_ps(_mm512_load_ps(s), largest);
    largest = _mm512_max_ps(_mm512_load_ps(s + 16), largest);
  }
  const __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
  __m512 sum = _mm512_setzero_ps();
  for (int64_t p = 0; p < job.token_steps(); ++p, to += 64) {
    const float* s = first + p * block;
    const auto low = exp2_of_negative(d, Vector{_mm512_sub_ps(_mm512_load_ps(s), top)});
    const auto high = exp2_of_negative(d, Vector{_mm512_sub_ps(_mm512_load_ps(s + 16), top)});
    sum = _mm512_add_ps(sum, _mm512_add_ps(low.raw, high.raw));
    __m512i out[parts];
    split<parts>(low.raw, high.raw, out);
    for (int k = 0; k < parts; ++k) {
      _mm512_store_si512(to + k * job.weights_part_bytes(), out[k]);
    }
  }
  return 1 / _mm512_reduce_add_ps(sum);
}

template <class Unit, Arithmetic arithmetic>
DPT_DOT void attend(const PartsAttentionJob& job, const PartsAttentionMemory& m,
                    const float* queries, Range rows, float* output) {
  constexpr int parts = parts_of(arithmetic);
  constexpr int64_t step_bytes = parts * 2 * tile_bytes;
  constexpr int64_t block = dot_block * dot_block;
  split_queries<parts>(job, queries, rows, m.queries);
  const TileRows q{m.queries, job.query_bytes(), job.queries_part_bytes()};
  const DepthRun over_width{0, job.width_steps()};
  for (int64_t p = 0; p < job.token_steps(); ++p) {
    Unit::template multiply<arithmetic>(q, rows.size(), &over_width, 1,
                                        m.keys + p * job.width_steps() * step_bytes, {},
                                        m.scores + p * block, false);
  }
  alignas(64) float scale[dot_block];
  for (int64_t r = 0; r < rows.size(); ++r) {
    scale[r] = weights_of_row<parts>(job, m.scores, r, m.weights + r * job.weight_bytes());
  }
  const TileRows w{m.weights, job.weight_bytes(), job.weights_part_bytes()};
  const DepthRun over_tokens{0, job.token_steps()};
  for (int64_t first = 0; first < job.head_width(); first += dot_block) {
    // The scores are no longer needed.
    Unit::template multiply<arithmetic>(
        w, rows.size(), &over_tokens, 1,
        m.values + first / dot_block * job.token_steps() * step_bytes, {}, m.scores, false);
    for (int64_t r = 0; r < rows.size(); ++r) {
      float* to = output + (rows.begin + r) * job.args.width + first;
      const __m512 factor = _mm512_set1_ps(scale[r]);
      for (int64_t j = 0; j < dot_block; j += 16) {
        const int64_t left = job.head_width() - first - j;
        if (left <= 0) break;
        const auto mask = static_cast<__mmask16>(left >= 16 ? 0xFFFF : (1U << left) - 1);
        const __m512 sums = _mm512_load_ps(m.scores + r * dot_block + j);
        _mm512_mask_storeu_ps(to + j, mask, _mm512_mul_ps(sums, factor));
      }
    }
  }
}

template <class Unit, Arithmetic arithmetic>
DPT_DOT void parts_attention_task(const PartsAttentionJob& job, int64_t task, std::byte* memory) {
  constexpr int parts = parts_of(arithmetic);
  [[maybe_unused]] const typename Unit::State state;
  const AttentionArgs& args = job.args;
  const int64_t head = task / job.chunks % args.heads;
  const int64_t picture = task / job.chunks / args.heads;
  const float* queries =
      args.qkv + picture * args.tokens * job.row_stride() + head * job.head_width();
  float* output = args.output + picture * args.tokens * args.width + head * job.head_width();
  const PartsAttentionMemory m(job, memory);
  pack_keys<parts>(job, queries + args.width, m.keys);
  pack_values<parts>(job, queries + 2 * args.width, m.values);
  const Range chunk = part(args.tokens, job.chunks, task % job.chunks);
  const int64_t blocks = (chunk.size() + dot_block - 1) / dot_block;
  for (int64_t b = 0; b < blocks; ++b) {
    const Range within = part(chunk.size(), blocks, b);
    attend<Unit, arithmetic>(job, m, queries,
                             {chunk.begin + within.begin, chunk.begin + within.end}, output);
  }
}

template <class Unit>
void attention_task_of(const PartsAttentionJob& job, int64_t task, std::byte* memory) {
  switch (job.args.arithmetic) {
    case Arithmetic::bf16:
      return parts_attention_task<Unit, Arithmetic::bf16>(job, task, memory);
    case Arithmetic::bf16x3:
      return parts_attention_task<Unit, Arithmetic::bf16x3>(job, task, memory);
    default:
      return parts_attention_task<Unit, Arithmetic::bf16x6>(job, task, memory);
  }
}

void run_attention_task(const PartsAttentionJob& job, int64_t task, std::byte* memory) {
  if (job.unit == DotUnit::amx) return attention_task_of<AmxUnit>(job, task, memory);
  attention_task_of<Avx512Unit>(job, task, memory);
}
#endif

}  // namespace dpt::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "backend/cpu/kernels/parts/dot_target.h"

namespace dpt::cpu {

void attention_in_parts(ThreadPool& pool, const AttentionArgs& args) {
  PartsAttentionJob job{.args = args, .unit = dot_unit()};
  constexpr int64_t block = PartsAttentionJob::block_rows;
  job.chunks = choose_attention_chunks(args.batch * args.heads, (args.tokens + block - 1) / block,
                                       pool.size());
  pool.parallel_for(args.batch * args.heads * job.chunks, [&](int64_t task, int thread) {
    DPT_DOT_CALL(run_attention_task)
    (job, task, pool.scratch(thread, static_cast<size_t>(job.task_bytes())));
  });
}

}  // namespace dpt::cpu
#endif  // HWY_ONCE
