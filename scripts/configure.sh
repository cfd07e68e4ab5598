#!/usr/bin/env bash
# Makes build/PRESET ready to build in: installs packages, then runs CMake. Does nothing when it is
# ready; begins anew when the folder was moved, since CMake's files hold whole paths.
#
#   scripts/configure.sh PRESET program|video|test
#
# program: what photographs need; video: dpt-video too; test: the tests as well. Each needs more
# packages than the one before. A folder that was made for more stays so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=build/$1
cached() { sed -n "s/^$1:[A-Z]*=//p" "$folder/CMakeCache.txt" 2>/dev/null || true; }

source=$(cached CMAKE_HOME_DIRECTORY)
if [ -n "$source" ] && ! [ "$source" -ef . ]; then
  echo "$folder was made in $source: beginning anew" >&2
  rm -rf "$folder"
fi
level=$2
[ "$(cached DPT_BUILD_VIDEO)" != ON ] || [ "$level" != program ] || level=video
[ "$(cached DPT_BUILD_TESTS)" != ON ] || level=test
case "$level" in
  program) groups=(build) settings=(-DDPT_BUILD_VIDEO=OFF -DDPT_BUILD_TESTS=OFF) ;;
  video) groups=(build video) settings=(-DDPT_BUILD_VIDEO=ON -DDPT_BUILD_TESTS=OFF) ;;
  test) groups=(build video test) settings=(-DDPT_BUILD_VIDEO=ON -DDPT_BUILD_TESTS=ON) ;;
  *) echo "configure.sh: unknown level '$level' (program, video, test)" >&2; exit 2 ;;
esac

stamp=$folder/configured.txt
wanted="$level $(cat CMakePresets.json scripts/install-packages.sh | cksum)"
[ ! -f "$folder/build.ninja" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0

scripts/install-packages.sh "${groups[@]}"
mkdir -p "$folder"
if ! cmake --preset "$1" "${settings[@]}" >"$folder/configure.log" 2>&1; then
  cat "$folder/configure.log" >&2
  exit 1
fi
echo "$wanted" >"$stamp"
