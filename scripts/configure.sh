#!/usr/bin/env bash
# Makes build/PRESET ready to build in: installs packages, then runs CMake. Does nothing when it is
# ready; begins anew when the folder was moved, since CMake's files hold whole paths.
#
#   scripts/configure.sh PRESET [test]      test: with the tests, which need more packages
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=build/$1
tests=OFF
groups=(build)
cached() { sed -n "s/^$1:[A-Z]*=//p" "$folder/CMakeCache.txt" 2>/dev/null || true; }

source=$(cached CMAKE_HOME_DIRECTORY)
if [ -n "$source" ] && ! [ "$source" -ef . ]; then
  echo "$folder was made in $source: beginning anew" >&2
  rm -rf "$folder"
fi
# What has tests keeps them.
if [ "${2:-}" = test ] || [ "$(cached DPT_BUILD_TESTS)" = ON ]; then
  tests=ON
  groups+=(test)
fi

stamp=$folder/configured.txt
wanted="tests $tests, $(cat CMakePresets.json scripts/install-packages.sh | cksum)"
[ ! -f "$folder/build.ninja" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0

scripts/install-packages.sh "${groups[@]}"
mkdir -p "$folder"
if ! cmake --preset "$1" -DDPT_BUILD_TESTS="$tests" >"$folder/configure.log" 2>&1; then
  cat "$folder/configure.log" >&2
  exit 1
fi
echo "$wanted" >"$stamp"
