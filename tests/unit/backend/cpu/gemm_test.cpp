#include "backend/cpu/kernels/product/gemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "kernel_test.h"

namespace dpt::cpu {
namespace {

/// Each value as a bf16 number.
Floats rounded_to_bf16(Floats values) {
  for (float& v : values) {
    const auto bits = std::bit_cast<uint32_t>(v);
    v = std::bit_cast<float>((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000);
  }
  return values;
}

std::string text(const char* name, std::initializer_list<int64_t> sizes) {
  std::string result = name;
  for (const int64_t size : sizes) result += ' ' + std::to_string(size);
  return result;
}

class Gemm : public KernelTest {};
DPT_FOR_EVERY_INSTRUCTION_SET(Gemm);

struct LinearCase {
  int64_t rows, depth, columns;
};

void check_linear(const LinearCase& c, int threads, Activation activation, int residuals,
                  Arithmetic arithmetic) {
  const int64_t lda = c.depth + 3;
  const int64_t ldc = c.columns + 5;
  const Floats a = random_floats(c.rows * lda, 1);
  const Floats w = random_floats(c.columns * c.depth, 2);
  const Floats bias = random_floats(c.columns, 3);
  const Floats extra = random_floats(c.rows * ldc, 4);
  const Floats start = random_floats(c.rows * ldc, 5);
  const PackedWeights packed = pack_linear(w.data(), c.columns, c.depth, arithmetic);
  Floats expected = start;
  Floats actual = start;
  Floats size(start.size(), 0.0F);
  LinearArgs args{.a = a.data(),
                  .lda = lda,
                  .rows = c.rows,
                  .weights = &packed,
                  .epilogue = {.bias = bias.data(), .activation = activation},
                  .ldc = ldc};
  if (residuals > 0) args.epilogue.residual[0] = extra.data();
  args.c = expected.data();
  if (residuals > 1) args.epilogue.residual[1] = expected.data();
  linear_reference(args, w.data());
  args.c = actual.data();
  if (residuals > 1) args.epilogue.residual[1] = actual.data();
  ThreadPool pool(threads);
  linear(pool, args);
  const Floats a_size = absolute(a);
  args.a = a_size.data();
  args.epilogue = {};
  args.c = size.data();
  linear_reference(args, absolute(w).data());
  const double products = product_error(packed.arithmetic());
  const double integers = int8_tolerance(packed.arithmetic(), c.depth, a, w);
  expect_close(
      actual, expected,
      [&](size_t i) {
        return sum_tolerance(c.depth, size[i], expected[i]) + products * size[i] + integers;
      },
      text("linear rows, depth, columns, threads, activation, residuals, arithmetic",
           {c.rows, c.depth, c.columns, threads, static_cast<int64_t>(activation), residuals,
            static_cast<int64_t>(arithmetic)}));
  for (int64_t i = c.columns; i < static_cast<int64_t>(actual.size()); i += ldc) {
    ASSERT_EQ(actual[static_cast<size_t>(i)], start[static_cast<size_t>(i)])
        << "wrote beyond the columns of a row";
  }
}

void check_linear(const LinearCase& c, int threads, Activation activation, int residuals) {
  for (const Arithmetic arithmetic : arithmetics()) {
    check_linear(c, threads, activation, residuals, arithmetic);
  }
}

TEST_P(Gemm, LinearEqualsReferenceAtOddSizes) {
  run([] {
    for (const int64_t rows : {1, 2, 5, 6, 7, 13, 14, 15, 29, 43}) {
      for (const int64_t columns : {1, 3, 16, 19, 31, 32, 33, 65}) {
        for (const int64_t depth : {1, 3, 64, 147}) {
          check_linear({rows, depth, columns}, 1, Activation::none, 0);
        }
      }
    }
  });
}

TEST_P(Gemm, LinearEqualsReferenceWhenSumsNeedSeveralPasses) {
  run([] {
    for (const LinearCase& c : {LinearCase{37, 256, 40},
                                {37, 257, 40},
                                {30, 700, 70},
                                {145, 513, 33},
                                {3, 1500, 530},
                                {577, 300, 21}}) {
      for (const int threads : {1, 2, 3}) check_linear(c, threads, Activation::none, 2);
    }
  });
}

TEST_P(Gemm, EpiloguesEqualReference) {
  run([] {
    for (const Activation activation : {Activation::none, Activation::relu, Activation::gelu}) {
      for (const int residuals : {0, 1, 2}) {
        check_linear({31, 70, 45}, 2, activation, residuals);
        check_linear({31, 570, 45}, 3, activation, residuals);
      }
    }
  });
}

/// With operands that are bf16 numbers, nothing is rounded but the sums.
TEST_P(Gemm, ProductsOfBf16NumbersAreExact) {
  run([] {
    if (!has_unit_for(Arithmetic::bf16)) GTEST_SKIP() << "no unit for products of bf16 numbers";
    const int64_t rows = 70, depth = 300, columns = 50;
    const Floats a = rounded_to_bf16(random_floats(rows * depth, 1));
    const Floats w = rounded_to_bf16(random_floats(columns * depth, 2));
    for (const Arithmetic arithmetic : {Arithmetic::bf16, Arithmetic::bf16x3, Arithmetic::bf16x6}) {
      const PackedWeights packed = pack_linear(w.data(), columns, depth, arithmetic);
      ASSERT_EQ(packed.arithmetic(), arithmetic);
      Floats expected(static_cast<size_t>(rows * columns));
      Floats actual(expected.size());
      LinearArgs args{.a = a.data(),
                      .lda = depth,
                      .rows = rows,
                      .weights = &packed,
                      .c = expected.data(),
                      .ldc = columns};
      linear_reference(args, w.data());
      args.c = actual.data();
      ThreadPool pool(2);
      linear(pool, args);
      // |a|, |w| < 5, so that the sums' sizes are below 25 depth; in the mean 0.64 depth.
      expect_close(
          actual, expected, [&](size_t i) { return sum_tolerance(depth, depth, expected[i]); },
          text("exact products, arithmetic", {static_cast<int64_t>(arithmetic)}));
    }
  });
}

/// Rows given and stored in parts are those that the product would have made itself.
TEST_P(Gemm, RowsInPartsEqualRowsOfFloats) {
  run([] {
    if (!has_unit_for(Arithmetic::bf16)) GTEST_SKIP() << "no unit for products of bf16 numbers";
    for (const LinearCase& c : {LinearCase{45, 96, 64}, {577, 2080, 96}, {3, 64, 32}}) {
      const Floats a = random_floats(c.rows * c.depth, 1);
      const Floats w = random_floats(c.columns * c.depth, 2);
      const Floats bias = random_floats(c.columns, 3);
      for (const Arithmetic arithmetic :
           {Arithmetic::bf16, Arithmetic::bf16x3, Arithmetic::bf16x6}) {
        const PackedWeights packed = pack_linear(w.data(), c.columns, c.depth, arithmetic);
        const int parts = parts_of(arithmetic);
        PartRows in = part_rows(c.rows, c.depth, arithmetic);
        PartRows out = part_rows(c.rows, c.columns, arithmetic);
        std::vector<std::byte> memory(static_cast<size_t>(in.bytes() + out.bytes() + 64));
        in.data = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;
        out.data = in.data + in.bytes();
        for (int64_t row = 0; row < c.rows; ++row) {
          store_parts(a.data() + row * c.depth, c.depth, in, row);
        }
        Floats floats(static_cast<size_t>(c.rows * c.columns));
        ThreadPool pool(2);
        LinearArgs args{.a = a.data(),
                        .lda = c.depth,
                        .rows = c.rows,
                        .weights = &packed,
                        .epilogue = {.bias = bias.data(), .activation = Activation::gelu},
                        .c = floats.data(),
                        .ldc = c.columns};
        linear(pool, args);
        args.a = nullptr;
        args.a_parts = in;
        args.c = nullptr;
        args.c_parts = out;
        linear(pool, args);
        Floats sums(floats.size());
        for (size_t i = 0; i < sums.size(); ++i) {
          const auto row = static_cast<int64_t>(i) / c.columns;
          const auto column = static_cast<int64_t>(i) % c.columns;
          for (int p = 0; p < parts; ++p) {
            uint16_t half = 0;
            std::memcpy(&half, out.data + p * out.part_bytes + row * out.row_bytes + column * 2, 2);
            sums[i] += std::bit_cast<float>(static_cast<uint32_t>(half) << 16);
          }
        }
        // n parts hold a number to 2^-8n; and the same products may have been added in another
        // order.
        expect_close(
            sums, floats,
            [&](size_t i) {
              return std::abs(floats[i]) * std::pow(2.0, -8 * parts) +
                     sum_tolerance(c.depth, static_cast<double>(c.depth), 0);
            },
            text("parts, rows, depth, columns", {parts, c.rows, c.depth, c.columns}));
      }
    }
  });
}

/// Whole numbers in [low, high], with both in each of the rows.
Floats whole_numbers(int64_t rows, int64_t depth, int low, int high, unsigned seed) {
  Floats values = random_floats(rows * depth, seed);
  for (float& v : values) {
    v = std::clamp(std::round(v * 60), static_cast<float>(low), static_cast<float>(high));
  }
  for (int64_t row = 0; row < rows; ++row) {
    values[static_cast<size_t>(row * depth + row % depth)] = static_cast<float>(low);
    values[static_cast<size_t>(row * depth + (row + 1) % depth)] = static_cast<float>(high);
  }
  return values;
}

/// Operands that are integers already, with scales of 1: nothing is rounded but the result.
TEST_P(Gemm, IntegersAreExact) {
  run([] {
    if (!has_unit_for(Arithmetic::int8)) GTEST_SKIP() << "no unit for products of int8 numbers";
    const int64_t rows = 70, depth = 320, columns = 50;
    const Floats w = whole_numbers(columns, depth, -127, 127, 2);
    const PackedWeights packed = pack_linear(w.data(), columns, depth, Arithmetic::int8);
    ASSERT_EQ(packed.arithmetic(), Arithmetic::int8);
    for (const auto& [low, high] : {std::pair{0, 255}, {-100, 155}, {-255, 0}}) {
      const Floats a = whole_numbers(rows, depth, low, high, 1);
      Floats expected(static_cast<size_t>(rows * columns));
      Floats actual(expected.size());
      LinearArgs args{.a = a.data(),
                      .lda = depth,
                      .rows = rows,
                      .weights = &packed,
                      .c = expected.data(),
                      .ldc = columns};
      linear_reference(args, w.data());
      const auto exact = [&](size_t i) { return 4 * rounding * std::abs(expected[i]); };
      const std::string what = text("low, high", {low, high});
      args.c = actual.data();
      ThreadPool pool(2);
      linear(pool, args);
      expect_close(actual, expected, exact, "rows of floats: " + what);

      PartRows in = part_rows(rows, depth, Arithmetic::int8);
      std::vector<std::byte> memory(static_cast<size_t>(in.bytes() + 64));
      in.data = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;
      for (int64_t row = 0; row < rows; ++row) store_parts(a.data() + row * depth, depth, in, row);
      args.a = nullptr;
      args.a_parts = in;
      actual.assign(actual.size(), 0.0F);
      linear(pool, args);
      expect_close(actual, expected, exact, "rows of integers: " + what);
    }
  });
}

/// The same for patches, of two pictures with different ranges.
TEST_P(Gemm, ConvolutionsOfIntegersAreExact) {
  run([] {
    if (!has_unit_for(Arithmetic::int8)) GTEST_SKIP() << "no unit for products of int8 numbers";
    const int64_t height = 9, width = 13, channels = 64, out = 40;
    const int64_t picture = height * width * channels;
    Floats input = whole_numbers(1, picture, -100, 155, 1);
    const Floats second = whole_numbers(1, picture, 0, 255, 3);
    input.insert(input.end(), second.begin(), second.end());
    const Floats w = whole_numbers(out, channels * 9, -127, 127, 2);
    const PackedWeights packed = pack_conv(w.data(), out, channels, 3, 3, Arithmetic::int8);
    Floats expected(static_cast<size_t>(2 * height * width * out));
    Floats actual(expected.size());
    ConvArgs args{.input = input.data(),
                  .batch = 2,
                  .height = height,
                  .width = width,
                  .channels = channels,
                  .kernel_h = 3,
                  .kernel_w = 3,
                  .pad_top = 1,
                  .pad_left = 1,
                  .out_height = height,
                  .out_width = width,
                  .weights = &packed,
                  .output = expected.data()};
    conv2d_reference(args, w.data(), out);
    args.output = actual.data();
    ThreadPool pool(2);
    conv2d(pool, args);
    expect_close(
        actual, expected, [&](size_t i) { return 4 * rounding * std::abs(expected[i]); },
        "convolution of integers");
  });
}

/// Numbers that are not finite, or whose range is not, make the sums of their row NaN.
TEST_P(Gemm, IntegersKeepNaN) {
  run([] {
    if (!has_unit_for(Arithmetic::int8)) GTEST_SKIP() << "no unit for products of int8 numbers";
    const int64_t rows = 3, depth = 64, columns = 5;
    const Floats w = random_floats(columns * depth, 2);
    const PackedWeights packed = pack_linear(w.data(), columns, depth, Arithmetic::int8);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(), -3.4e38F}) {
      Floats a = random_floats(rows * depth, 1);
      a[depth + 7] = bad;
      a[depth + 8] = 3.4e38F;
      Floats c(static_cast<size_t>(rows * columns));
      ThreadPool pool(1);
      linear(pool, {.a = a.data(),
                    .lda = depth,
                    .rows = rows,
                    .weights = &packed,
                    .c = c.data(),
                    .ldc = columns});
      for (size_t i = 0; i < c.size(); ++i) EXPECT_EQ(std::isnan(c[i]), i / columns == 1) << i;
    }
  });
}

TEST_P(Gemm, NoRowsIsNoWork) {
  run([] { check_linear({0, 8, 8}, 2, Activation::none, 0); });
}

struct ConvCase {
  int64_t batch, height, width, channels, out, kernel, stride, pad_top, pad_left, out_height,
      out_width;
};

/// `source`: height and width of the map that is resized to c.height x c.width, or zeros.
void check_conv(const ConvCase& c, int threads, bool relu_input, Arithmetic arithmetic,
                std::pair<int64_t, int64_t> source) {
  const int64_t in_height = source.first != 0 ? source.first : c.height;
  const int64_t in_width = source.first != 0 ? source.second : c.width;
  const Floats input = random_floats(c.batch * in_height * in_width * c.channels, 1);
  const int64_t depth = c.channels * c.kernel * c.kernel;
  const Floats w = random_floats(c.out * depth, 2);
  const Floats bias = random_floats(c.out, 3);
  const auto count = static_cast<size_t>(c.batch * c.out_height * c.out_width * c.out);
  const PackedWeights packed =
      pack_conv(w.data(), c.out, c.channels, c.kernel, c.kernel, arithmetic);
  Floats expected(count);
  Floats actual(count);
  Floats size(count);
  ConvArgs args{.input = input.data(),
                .batch = c.batch,
                .height = c.height,
                .width = c.width,
                .channels = c.channels,
                .kernel_h = c.kernel,
                .kernel_w = c.kernel,
                .stride = c.stride,
                .pad_top = c.pad_top,
                .pad_left = c.pad_left,
                .out_height = c.out_height,
                .out_width = c.out_width,
                .relu_input = relu_input,
                .source_height = source.first,
                .source_width = source.second,
                .weights = &packed,
                .epilogue = {.bias = bias.data()}};
  args.output = expected.data();
  conv2d_reference(args, w.data(), c.out);
  args.output = actual.data();
  ThreadPool pool(threads);
  conv2d(pool, args);
  const Floats input_size = absolute(input);
  args.input = input_size.data();
  args.epilogue = {};
  args.output = size.data();
  conv2d_reference(args, absolute(w).data(), c.out);
  // An interpolated input is itself rounded, a few times.
  const double products =
      product_error(packed.arithmetic()) + (source.first != 0 ? 4 * rounding : 0);
  const double integers = int8_tolerance(packed.arithmetic(), depth, input, w);
  expect_close(
      actual, expected,
      [&](size_t i) {
        return sum_tolerance(depth, size[i], expected[i]) + products * size[i] + integers;
      },
      text("conv batch, h, w, c, out, kernel, stride, threads, arithmetic",
           {c.batch, c.height, c.width, c.channels, c.out, c.kernel, c.stride, threads,
            static_cast<int64_t>(arithmetic)}));
}

void check_conv(const ConvCase& c, int threads, bool relu_input,
                std::pair<int64_t, int64_t> source = {0, 0}) {
  for (const Arithmetic arithmetic : arithmetics()) {
    check_conv(c, threads, relu_input, arithmetic, source);
  }
}

TEST_P(Gemm, ConvolutionEqualsReference) {
  run([] {
    const ConvCase cases[] = {
        {1, 9, 11, 5, 7, 3, 1, 1, 1, 9, 11},      // symmetric padding
        {2, 12, 12, 33, 34, 3, 1, 1, 1, 12, 12},  // several passes, batch
        {1, 20, 14, 3, 64, 7, 2, 2, 2, 10, 7},    // the stem: more padding after than before
        {1, 12, 10, 16, 20, 3, 2, 0, 0, 6, 5},    // SAME, stride 2
        {1, 11, 9, 16, 20, 3, 2, 1, 1, 6, 5},     // odd, stride 2
        {2, 7, 8, 19, 40, 1, 1, 0, 0, 7, 8},      // 1x1: plain rows
        {2, 7, 8, 19, 40, 1, 2, 0, 0, 4, 4},      // 1x1 shortcut, stride 2
        {1, 32, 48, 3, 24, 16, 16, 0, 0, 2, 3},   // patch embedding
        {1, 1, 1, 4, 4, 3, 1, 1, 1, 1, 1},        // mostly padding
        {1, 5, 5, 32, 1, 1, 1, 0, 0, 5, 5},       // one output channel
        {1, 2, 2, 3, 5, 5, 1, 4, 4, 6, 6},        // taps that never touch the map
        {2, 9, 13, 32, 40, 3, 1, 1, 1, 9, 13},    // whole steps of 32 channels
        {1, 7, 21, 64, 7, 3, 1, 1, 1, 7, 21},    {1, 6, 9, 32, 33, 5, 1, 2, 2, 6, 9},
        {1, 6, 9, 32, 33, 3, 1, 0, 0, 4, 7},  // no padding
        {1, 14, 10, 64, 33, 3, 2, 0, 0, 7, 5},
    };
    for (const ConvCase& c : cases) {
      for (const int threads : {1, 2, 3}) check_conv(c, threads, threads == 2);
    }
  });
}

TEST_P(Gemm, ConvolutionOfWideMapEqualsReference) {
  run([] { check_conv({1, 3, 170, 256, 5, 3, 1, 1, 1, 3, 170}, 2, false); });
}

TEST_P(Gemm, ConvolutionOfManyChannelsEqualsReference) {
  run([] { check_conv({1, 5, 5, 768, 70, 3, 1, 1, 1, 5, 5}, 2, true); });
}

TEST_P(Gemm, ConvolutionOfResizedMapEqualsReference) {
  run([] {
    for (const int threads : {1, 3}) {
      check_conv({2, 8, 12, 32, 20, 3, 1, 1, 1, 8, 12}, threads, threads == 3, {4, 6});
      check_conv({1, 7, 11, 64, 33, 3, 1, 1, 1, 7, 11}, threads, false, {5, 4});
      check_conv({1, 8, 12, 10, 20, 3, 1, 1, 1, 8, 12}, threads, false, {4, 6});
    }
  });
}

TEST_P(Gemm, TransposedConvolutionEqualsReference) {
  run([] {
    for (const int64_t stride : {1, 2, 4}) {
      for (const int64_t out : {1, 5, 16, 40}) {
        const int64_t batch = 2, height = 3, width = 5, channels = 19;
        const Floats input = random_floats(batch * height * width * channels, 1);
        const Floats w = random_floats(channels * out * stride * stride, 2);
        const Floats bias = random_floats(out, 3);
        const auto count = static_cast<size_t>(batch * height * width * stride * stride * out);
        Floats expected(count);
        Floats actual(count);
        for (const Arithmetic arithmetic : arithmetics()) {
          const PackedWeights packed =
              pack_conv_transpose(w.data(), channels, out, stride, arithmetic);
          ConvTransposeArgs args{.input = input.data(),
                                 .batch = batch,
                                 .height = height,
                                 .width = width,
                                 .channels = channels,
                                 .stride = stride,
                                 .out_channels = out,
                                 .weights = &packed,
                                 .bias = bias.data(),
                                 .output = expected.data()};
          conv_transpose_reference(args, w.data());
          args.output = actual.data();
          ThreadPool pool(2);
          conv_transpose(pool, args);
          // |input|, |w| < 5.
          expect_close(
              actual, expected,
              [&](size_t) {
                return sum_tolerance(channels, channels * 25.0, 0) +
                       product_error(packed.arithmetic()) * channels * 25 +
                       int8_tolerance(packed.arithmetic(), channels, input, w);
              },
              text("transposed stride, out, arithmetic",
                   {stride, out, static_cast<int64_t>(arithmetic)}));
        }
      }
    }
  });
}

TEST(GemmPacking, WeightsOfAnotherInstructionSetAreRefused) {
  const Floats w = random_floats(64, 1);
  const PackedWeights packed = pack_linear(w.data(), 8, 8);
  for_each_instruction_set([&](std::string_view name) {
    if (name == instruction_set() && pack_linear(w.data(), 8, 8).panel() == packed.panel()) return;
    Floats c(8);
    ThreadPool pool(1);
    EXPECT_THROW(
        linear(pool,
               {.a = w.data(), .lda = 8, .rows = 1, .weights = &packed, .c = c.data(), .ldc = 8}),
        Error);
  });
}

}  // namespace
}  // namespace dpt::cpu
