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
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "${DPT_CCACHE}")
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
include(GNUInstallDirs)

# One interface target carries the options, so that they apply to our code and to no imported header.
add_library(dpt_options INTERFACE)
target_include_directories(dpt_options INTERFACE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
target_compile_options(dpt_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       $<$<BOOL:${DPT_WERROR}>:-Werror>)
# The arithmetic of preprocessing is compared bit for bit with the reference: no contraction that
# differs between compilers outside the kernels, which write their fused operations explicitly.
target_compile_options(dpt_options INTERFACE -ffp-contract=off)
if(DPT_SANITIZE)
  target_compile_options(dpt_options INTERFACE -fsanitize=${DPT_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer)
  target_link_options(dpt_options INTERFACE -fsanitize=${DPT_SANITIZE})
endif()

# dpt_add_library(NAME SOURCES ... DEPENDS ...): one static library for one folder of src/.
function(dpt_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC dpt_options ${ARG_DEPENDS})
endfunction()

# The test programs that `make test` also builds and runs with sanitizers.
add_custom_target(sanitized_tests)

# dpt_add_test(NAME SOURCES ... DEPENDS ... [SANITIZED]): a GoogleTest program whose cases ctest lists
# one by one. DPT_TEST_DATA is tests/data of the source tree. SANITIZED: reads hostile input, so that
# `make test` runs it a second time under the address and undefined-behaviour sanitizers.
function(dpt_add_test name)
  cmake_parse_arguments(ARG "SANITIZED" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE DPT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                             DPT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set(labels)
  if(ARG_SANITIZED)
    add_dependencies(sanitized_tests ${name})
    set(labels LABELS sanitized)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 ${labels})
endfunction()
