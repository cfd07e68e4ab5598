#!/usr/bin/env bash
# Formatting, static analysis and layers. Everything, or only the C++ files changed since a commit.
#
#   scripts/lint.sh [COMMIT]        (needs a configured build/release: compile_commands.json)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

patterns=('src/*.cpp' 'src/*.h' 'include/*.h' 'include/*.hpp' 'tests/*.cpp' 'tests/*.h' 'scenes/*.cpp' 'scenes/*.h' 'bench/*.cpp' 'bench/*.h')
if [ $# -gt 0 ]; then
  mapfile -t files < <(git diff --name-only --diff-filter=d "$1" -- "${patterns[@]}")
else
  mapfile -t files < <(git ls-files -- "${patterns[@]}")
fi

status=0
report() {
  echo "lint: $1" >&2
  status=1
}

python3 tests/layers/check_layers.py || report "layers (above)"
python3 tests/lint/check_text.py || report "text files (above)"

if [ ${#files[@]} -gt 0 ]; then
  clang-format --dry-run -Werror "${files[@]}" || report "formatting; make format mends it"

  # Headers are seen through the sources that include them; a source that this configuration does
  # not compile (another instruction set, an option that is off) has no command and is left out.
  compiled=()
  for file in "${files[@]}"; do
    if [[ $file == *.cpp ]] && grep -qF "/$file\"" build/release/compile_commands.json; then
      compiled+=("$file")
    fi
  done
  if [ ${#compiled[@]} -gt 0 ]; then
    # Without GCC's precompiled headers, which clang cannot read.
    mkdir -p build/lint
    sed -E 's# -Winvalid-pch -include [^ "]*cmake_pch\.hxx##' build/release/compile_commands.json \
      >build/lint/compile_commands.json
    printf '%s\0' "${compiled[@]}" |
      xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/lint --quiet 2> >(grep -v 'warnings\? generated' >&2) ||
      report "clang-tidy (above)"
  fi
fi

[ $status -eq 0 ] && echo "lint: ${#files[@]} C++ files clean"
exit $status
