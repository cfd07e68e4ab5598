// How attention in bf16 parts is cut into tasks and what memory one thread needs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/cpu/kernels/attention/attention.h"
#include "backend/cpu/kernels/parts/dot_unit.h"
#include "backend/cpu/kernels/parts/part_rows.h"

namespace dpt::cpu {

/// A task packs the keys and values of one head of one picture and serves one of `chunks` parts of
/// its queries, 32 at a time.
struct PartsAttentionJob {
  AttentionArgs args;
  DotUnit unit = DotUnit::none;
  int64_t chunks = 1;

  static constexpr int64_t block_rows = 32;

  int parts() const { return parts_of(args.arithmetic); }
  int64_t head_width() const { return args.width / args.heads; }
  int64_t row_stride() const { return 3 * args.width; }
  /// Steps of 32 numbers; also panels of 32 columns.
  int64_t width_steps() const { return (head_width() + 31) / 32; }
  int64_t token_steps() const { return (args.tokens + 31) / 32; }

  // Bytes between rows of the queries and of the weights, and between their parts.
  int64_t query_bytes() const { return row_distance(width_steps() * 64); }
  int64_t queries_part_bytes() const { return block_rows * query_bytes(); }
  int64_t weight_bytes() const { return row_distance(token_steps() * 64); }
  int64_t weights_part_bytes() const { return block_rows * weight_bytes(); }

  // Bytes of the parts of a thread's memory.
  /// Keys or values.
  int64_t packed_bytes() const { return token_steps() * width_steps() * parts() * 2048; }
  int64_t scores_bytes() const { return token_steps() * block_rows * 32 * 4; }
  int64_t task_bytes() const {
    return 2 * packed_bytes() + parts() * (queries_part_bytes() + weights_part_bytes()) +
           scores_bytes();
  }
};

/// The thread's memory, cut up.
struct PartsAttentionMemory {
  PartsAttentionMemory(const PartsAttentionJob& job, std::byte* memory)
      : keys(memory),
        values(keys + job.packed_bytes()),
        queries(values + job.packed_bytes()),
        weights(queries + job.parts() * job.queries_part_bytes()),
        scores(reinterpret_cast<float*>(weights + job.parts() * job.weights_part_bytes())) {}

  std::byte *keys, *values;      ///< as right operands
  std::byte *queries, *weights;  ///< rows of parts
  float* scores;                 ///< [token steps][32 queries][32]
};

}  // namespace dpt::cpu
