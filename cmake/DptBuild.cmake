# Compiler settings of every target, and the helpers that the CMakeLists.txt files below use.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Paths are seen from the build folder, so that another clone finds what this one compiled. (Debug
# information then names the folder of the clone that compiled first.)
find_program(DPT_CCACHE ccache)
if(DPT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros "${DPT_CCACHE}")
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
include(GNUInstallDirs)

# One interface target carries the options, so that they apply to our code and to no imported header.
add_library(dpt_options INTERFACE)
target_include_directories(dpt_options INTERFACE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
# -pthread: OpenEXR asks for it, and users of one precompiled header must agree.
target_compile_options(dpt_options INTERFACE -pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       $<$<BOOL:${DPT_WERROR}>:-Werror>)
# The arithmetic of preprocessing is compared bit for bit with the reference: no contraction that
# differs between compilers outside the kernels, which write their fused operations explicitly.
target_compile_options(dpt_options INTERFACE -ffp-contract=off)
if(DPT_SANITIZE)
  target_compile_options(dpt_options INTERFACE -fsanitize=${DPT_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer)
  target_link_options(dpt_options INTERFACE -fsanitize=${DPT_SANITIZE})
endif()

# For code that runs once: what the optimiser would add is compile time.
function(dpt_compile_quickly name)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# The headers that nearly every file includes, read once: half of a small file's compile time was
# theirs. Each file still includes what it uses (tests/lint). Users of a precompiled header compile
# with its options, so there is one for each kind of target.
set(DPT_COMMON_HEADERS <algorithm> <array> <chrono> <cmath> <cstring> <filesystem> <functional> <limits> <map>
    <memory> <mutex> <optional> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
    <fmt/format.h>)
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/empty.cpp" CONTENT "")
foreach(name dpt_headers dpt_cold_headers)
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/empty.cpp")
  target_link_libraries(${name} PUBLIC dpt_options fmt::fmt Threads::Threads)
  target_precompile_headers(${name} PRIVATE ${DPT_COMMON_HEADERS})
endforeach()
dpt_compile_quickly(dpt_cold_headers)

# dpt_add_library(NAME SOURCES ... DEPENDS ... [COLD]): one static library for one folder of src/.
# COLD: each line runs once per command at most (dpt_compile_quickly).
function(dpt_add_library name)
  cmake_parse_arguments(ARG "COLD" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC dpt_options ${ARG_DEPENDS})
  if(ARG_COLD)
    dpt_compile_quickly(${name})
    target_precompile_headers(${name} REUSE_FROM dpt_cold_headers)
  else()
    target_precompile_headers(${name} REUSE_FROM dpt_headers)
  endif()
endfunction()

# The test programs that `make test` also builds and runs with sanitizers.
add_custom_target(sanitized_tests)
if(DPT_BUILD_TESTS)
  find_package(GTest REQUIRED)
  add_executable(dpt_test_headers EXCLUDE_FROM_ALL "${CMAKE_BINARY_DIR}/empty.cpp")
  target_link_libraries(dpt_test_headers PRIVATE dpt_options fmt::fmt Threads::Threads GTest::gmock GTest::gtest_main)
  target_precompile_headers(dpt_test_headers PRIVATE ${DPT_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)
  dpt_compile_quickly(dpt_test_headers)
endif()

# dpt_add_test(NAME SOURCES ... DEPENDS ... [SANITIZED]): a GoogleTest program whose cases ctest lists
# one by one. DPT_TEST_DATA is tests/data of the source tree. SANITIZED: reads hostile input, so that
# `make test` runs it a second time under the address and undefined-behaviour sanitizers.
function(dpt_add_test name)
  cmake_parse_arguments(ARG "SANITIZED" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM dpt_test_headers)
  dpt_compile_quickly(${name})
  target_compile_definitions(${name} PRIVATE DPT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                             DPT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set(labels)
  if(ARG_SANITIZED)
    add_dependencies(sanitized_tests ${name})
    set(labels LABELS sanitized)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 ${labels})
endfunction()
