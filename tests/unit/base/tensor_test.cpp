#include "base/tensor.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "base/error.h"

namespace dpt {
namespace {

TEST(Shape, CountsAndPrints) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(shape.elements(), 24);
  EXPECT_EQ(shape.row_elements(), 12);
  EXPECT_EQ(shape.text(), "[2, 3, 4]");
  EXPECT_EQ(Shape{}.elements(), 1);
  EXPECT_EQ(Shape{}.text(), "[]");
  EXPECT_NE(shape, (Shape{2, 3}));
}

TEST(TensorView, ConvertsEveryFloatingTypeFromUnalignedData) {
  std::array<std::byte, 64> storage{};
  const auto check = [&](DType type, const auto& stored) {
    std::memcpy(storage.data() + 1, stored.data(), sizeof(stored));
    std::array<float, 2> out{};
    to_float({type, Shape{2}, storage.data() + 1}, out.data());
    EXPECT_EQ(out[0], 1.5F);
    EXPECT_EQ(out[1], -2.0F);
  };
  check(DType::f64, std::array<double, 2>{1.5, -2.0});
  check(DType::f32, std::array<float, 2>{1.5F, -2.0F});
  check(DType::f16, std::array<uint16_t, 2>{0x3E00, 0xC000});
  check(DType::bf16, std::array<uint16_t, 2>{0x3FC0, 0xC000});
}

TEST(TensorView, RefusesIntegers) {
  const std::array<std::byte, 8> zero{};
  float out = 0;
  EXPECT_THROW(to_float({DType::i64, Shape{1}, zero.data()}, &out), Error);
}

TEST(Printable, EscapesControlCharactersAndCuts) {
  EXPECT_EQ(printable("a\nb\x1b[0m"), "a\\x0ab\\x1b[0m");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace dpt
