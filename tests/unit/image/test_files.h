// Files below tests/data, and comparisons that say where they fail.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file/file.h"
#include "image/codec/read_depth.h"
#include "support/differences.h"

namespace dpt::image {

inline std::filesystem::path data_file(const std::string& name) {
  return std::filesystem::path(DPT_TEST_DATA) / name;
}

inline std::vector<std::byte> data_bytes(const std::string& name) {
  return read_file(data_file(name), size_t{1} << 26, ErrorKind::input);
}

template <typename T>
Grid<T> npy_file(const std::string& name) {
  return std::get<Grid<T>>(decode_npy(data_bytes(name), name));
}

inline std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

/// CRC-32 of PNG (specification, annex D).
inline uint32_t png_checksum(std::span<const std::byte> bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

inline uint32_t big_endian(std::span<const std::byte> bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[at + i]);
  return value;
}

/// The text of the Error(input) that an action throws.
template <typename Action>
std::string input_error(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  return "no error";
}

/// NaN included, so bits are compared.
template <typename T>
bool same(const Grid<T>& a, const Grid<T>& b) {
  return a.width() == b.width() && a.height() == b.height() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

using test::largest_difference;

}  // namespace dpt::image
