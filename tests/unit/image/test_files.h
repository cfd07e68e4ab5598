// Files below tests/data, and comparisons that say where they fail.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "image/read_depth.h"
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

using test::largest_difference;

}  // namespace dpt::image
