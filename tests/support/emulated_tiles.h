// The instructions of Intel's matrix unit in plain C++, so that the code around them is tested on
// processors without it. Included by amx-inl.h in the build of such a test.
#pragma once

#include <immintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dpt::test {

/// The eight tile registers, each of 16 rows of 64 bytes, of the calling thread.
struct EmulatedTiles {
  std::byte registers[8][16][64];

  static EmulatedTiles& mine() {
    static thread_local EmulatedTiles tiles;
    return tiles;
  }
  template <typename T>
  static T get(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  static float bf16(const std::byte* from) {
    return std::bit_cast<float>(static_cast<uint32_t>(get<uint16_t>(from)) << 16);
  }

  void load(int tile, const void* from, int64_t stride) {
    for (int64_t r = 0; r < 16; ++r) {
      std::memcpy(registers[tile][r], static_cast<const std::byte*>(from) + r * stride, 64);
    }
  }
  void store(int tile, void* to, int64_t stride) const {
    for (int64_t r = 0; r < 16; ++r) {
      std::memcpy(static_cast<std::byte*>(to) + r * stride, registers[tile][r], 64);
    }
  }
  void zero(int tile) { std::memset(registers[tile], 0, sizeof(registers[tile])); }

  /// sums[m][n] += sum over the 16 k of dot(4 bytes k of row m of a, 4 bytes n of row k of b).
  template <typename Sum, typename Dot>
  void multiply(int sums, int a, int b, const Dot& dot) {
    for (int m = 0; m < 16; ++m) {
      for (int n = 0; n < 16; ++n) {
        std::byte* at = registers[sums][m] + 4 * n;
        Sum sum = get<Sum>(at);
        for (int k = 0; k < 16; ++k) sum += dot(registers[a][m] + 4 * k, registers[b][k] + 4 * n);
        std::memcpy(at, &sum, sizeof(sum));
      }
    }
  }
  void multiply_bf16(int sums, int a, int b) {
    multiply<float>(sums, a, b, [](const std::byte* x, const std::byte* y) {
      return bf16(x) * bf16(y) + bf16(x + 2) * bf16(y + 2);
    });
  }
  /// Unsigned bytes of a, signed ones of b.
  void multiply_int8(int sums, int a, int b) {
    multiply<int32_t>(sums, a, b, [](const std::byte* x, const std::byte* y) {
      int32_t sum = 0;
      for (int i = 0; i < 4; ++i) sum += get<uint8_t>(x + i) * get<int8_t>(y + i);
      return sum;
    });
  }
};

}  // namespace dpt::test

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_loadd
#undef _tile_stored
#undef _tile_zero
#undef _tile_dpbf16ps
#undef _tile_dpbusd
#define _tile_loadconfig(config) static_cast<void>(config)
#define _tile_release() static_cast<void>(0)
#define _tile_loadd(tile, from, stride) ::dpt::test::EmulatedTiles::mine().load(tile, from, stride)
#define _tile_stored(tile, to, stride) ::dpt::test::EmulatedTiles::mine().store(tile, to, stride)
#define _tile_zero(tile) ::dpt::test::EmulatedTiles::mine().zero(tile)
#define _tile_dpbf16ps(c, a, b) ::dpt::test::EmulatedTiles::mine().multiply_bf16(c, a, b)
#define _tile_dpbusd(c, a, b) ::dpt::test::EmulatedTiles::mine().multiply_int8(c, a, b)
