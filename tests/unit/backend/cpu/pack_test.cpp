#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "backend/cpu/kernels/product/gemm.h"
#include "backend/cpu/kernels/winograd/winograd.h"
#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Pack : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Pack);

/// The same weights, produced when they are asked for. Fails when a row is asked for twice or out
/// of order; `next`: the first row that was not asked for yet.
WeightRows produced(const Floats& dense, int64_t rows, int64_t& next) {
  return {[&dense, &next, length = static_cast<int64_t>(dense.size()) / rows](
              int64_t first, int64_t count, float* to) {
    EXPECT_EQ(first, next);
    next = first + count;
    std::copy_n(dense.begin() + first * length, count * length, to);
  }};
}

template <typename Packed>
bool same_bytes(const Packed& a, const Packed& b) {
  return a.bytes() == b.bytes() && std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

/// `rows` rows of weights packed by pack(WeightRows) from memory and as they are produced.
template <typename PackRows>
void expect_same(const char* what, int64_t rows, int64_t length, const PackRows& pack) {
  const Floats dense = random_floats(rows * length, 1);
  int64_t next = 0;
  EXPECT_TRUE(same_bytes(pack(dense.data()), pack(produced(dense, rows, next))))
      << what << " of " << rows << " rows of " << length;
  EXPECT_EQ(next, rows);
}

TEST_P(Pack, RowsAreAskedForOnceAndInOrder) {
  run([] {
    for (const Arithmetic arithmetic : arithmetics()) {
      for (const int64_t out : {1, 3, 33, 96}) {
        expect_same("linear", out, 50,
                    [=](const WeightRows& w) { return pack_linear(w, out, 50, arithmetic); });
        expect_same("conv 1x1", out, 17,
                    [=](const WeightRows& w) { return pack_conv(w, out, 17, 1, 1, arithmetic); });
        expect_same("conv 3x3", out, 5 * 9,
                    [=](const WeightRows& w) { return pack_conv(w, out, 5, 3, 3, arithmetic); });
        expect_same("transposed conv", 19, out * 4, [=](const WeightRows& w) {
          return pack_conv_transpose(w, 19, out, 2, arithmetic);
        });
        expect_same("winograd", out, 18 * 9,
                    [=](const WeightRows& w) { return pack_winograd(w, out, 18); });
      }
    }
  });
}

}  // namespace
}  // namespace dpt::cpu
