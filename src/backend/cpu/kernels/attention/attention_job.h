// How attention is cut into tasks and what memory one thread needs.
#pragma once

#include <cstdint>

#include "backend/cpu/kernels/attention/attention.h"
#include "backend/cpu/kernels/product/gemm_layout.h"
#include "backend/cpu/kernels/product/gemm_task.h"

namespace dpt::cpu {

/// Parts of the queries of a head, at most `blocks`, so that `threads` threads have equal work.
int64_t choose_attention_chunks(int64_t heads, int64_t blocks, int threads);

/// attention() with products on a dot unit.
void attention_in_parts(ThreadPool& pool, const AttentionArgs& args);

/// A task packs the keys and values of one head of one picture and serves one of `chunks` parts of
/// its queries, `block` queries at a time.
struct AttentionJob {
  AttentionArgs args;
  TileShape tile;
  int64_t chunks = 1;
  int64_t block = 0;

  int64_t head_width() const { return args.width / args.heads; }
  int64_t tasks() const { return args.batch * args.heads * chunks; }

  // Floats of the parts of a thread's memory, each a multiple of a vector.
  /// K transposed: panels [keys / tile.columns][head width][tile.columns].
  int64_t keys_size() const { return panels(args.tokens) * head_width() * tile.columns; }
  /// V: panels [head width / tile.columns][tokens][tile.columns].
  int64_t values_size() const {
    return round_up(panels(head_width()) * args.tokens * tile.columns);
  }
  /// Queries: [passes over the head width][block][block_stride].
  int64_t queries_size() const { return passes(head_width()) * block * block_stride; }
  /// Scores, then weights: [passes over the tokens][block][block_stride].
  int64_t scores_size() const { return passes(args.tokens) * block * block_stride; }
  int64_t sums_size() const { return round_up(tile.rows * tile.columns); }
  int64_t per_thread() const {
    return round_up(keys_size()) + values_size() + queries_size() + scores_size() + sums_size();
  }

  static int64_t passes(int64_t depth) { return (depth + block_depth - 1) / block_depth; }
  int64_t panels(int64_t columns) const { return (columns + tile.columns - 1) / tile.columns; }
  static int64_t round_up(int64_t floats) { return (floats + 15) / 16 * 16; }
};

}  // namespace dpt::cpu
