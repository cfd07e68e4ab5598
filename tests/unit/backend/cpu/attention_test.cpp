#include "backend/cpu/kernels/attention/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernel_test.h"

namespace dpt::cpu {
namespace {

class Attention : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Attention);

struct Case {
  int64_t batch, tokens, heads, head_width;
};

void check(const Case& c, int threads, float deviation, Arithmetic arithmetic) {
  const int64_t width = c.heads * c.head_width;
  const Floats qkv = random_floats(c.batch * c.tokens * 3 * width, 1, 0, deviation);
  Floats expected(static_cast<size_t>(c.batch * c.tokens * width));
  Floats actual(expected.size());
  AttentionArgs args{.qkv = qkv.data(),
                     .batch = c.batch,
                     .tokens = c.tokens,
                     .width = width,
                     .heads = c.heads,
                     .output = expected.data(),
                     .arithmetic = arithmetic};
  attention_reference(args);
  args.output = actual.data();
  ThreadPool pool(threads);
  attention(pool, args);
  // A score is a sum of head_width products; its error e changes each weight by a factor 1 +- e,
  // and the output, a mean of values, by at most that times the largest value (5 deviations).
  // Errors of narrow products are independent: those of the sum of head_width of them, divided by
  // sqrt(head_width), deviate by half of one product's bound; four deviations are counted.
  const double score = 25 * deviation * deviation * std::sqrt(static_cast<double>(c.head_width));
  const double products = product_error(arithmetic);
  const double tolerance =
      5 * deviation * rounding * (4 * std::sqrt(static_cast<double>(c.tokens)) + 8 + 2 * score) +
      5 * deviation * products * (2 * deviation * deviation + 1);
  expect_close(
      actual, expected, [&](size_t) { return tolerance; },
      "attention batch " + std::to_string(c.batch) + " tokens " + std::to_string(c.tokens) +
          " heads " + std::to_string(c.heads) + " width " + std::to_string(c.head_width) +
          " threads " + std::to_string(threads) + " arithmetic " +
          std::to_string(static_cast<int>(arithmetic)));
}

void check(const Case& c, int threads, float deviation) {
  for (const Arithmetic arithmetic : arithmetics()) {
    if (arithmetic != Arithmetic::int8) check(c, threads, deviation, arithmetic);
  }
}

TEST_P(Attention, EqualsReferenceAtOddSizes) {
  run([] {
    for (const Case& c : {Case{1, 1, 1, 1},
                          {1, 2, 2, 3},
                          {2, 5, 3, 8},
                          {1, 17, 2, 19},
                          {1, 64, 4, 64},
                          {2, 57, 1, 33},
                          {1, 145, 2, 64},
                          {1, 256, 1, 16},
                          {1, 257, 1, 64},
                          {1, 300, 1, 300},
                          {1, 577, 2, 64}}) {
      for (const int threads : {1, 2, 3}) check(c, threads, 1);
    }
  });
}

TEST_P(Attention, LargeScoresDoNotOverflow) {
  run([] { check({1, 40, 1, 64}, 1, 20); });
}

TEST_P(Attention, EqualScoresGiveTheMean) {
  const int64_t tokens = 33;
  Floats qkv(static_cast<size_t>(tokens * 3), 0.0F);
  for (int64_t t = 0; t < tokens; ++t) qkv[static_cast<size_t>(t * 3 + 2)] = static_cast<float>(t);
  Floats output(static_cast<size_t>(tokens));
  run([&] {
    ThreadPool pool(2);
    attention(pool, {.qkv = qkv.data(),
                     .batch = 1,
                     .tokens = tokens,
                     .width = 1,
                     .heads = 1,
                     .output = output.data()});
  });
  for (const float value : output) EXPECT_NEAR(value, 16, 16 * 8 * rounding);
}

}  // namespace
}  // namespace dpt::cpu
