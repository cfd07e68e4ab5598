#!/usr/bin/env bash
# Installs the Debian packages that the named groups need; does nothing when all are there.
#
#   scripts/install-packages.sh [build] [video] [test] [lint] [bench]      (default: build)
#
# Works as root and as a user with sudo. Other distributions: prints the list and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=(
  ca-certificates        # HTTPS: model downloads
  ccache                 # unchanged files are not compiled twice
  cmake                  # configures the build
  g++                    # C++20 compiler
  libcli11-dev           # command line
  libcurl4-openssl-dev   # model downloads
  libfmt-dev             # text formatting
  libheif-dev            # HEIC and AVIF
  libhwy-dev             # Highway: SIMD kernels
  libopenexr-dev         # OpenEXR
  libspng-dev            # PNG
  libssl-dev             # SHA-256 of model files
  libtiff-dev            # TIFF
  libwebp-dev            # WebP
  zlib1g-dev             # NPZ checksums
  ninja-build            # runs the build
  nlohmann-json3-dev     # JSON
  pkg-config             # finds the libraries without CMake files
)
video=(
  libavcodec-dev         # FFmpeg
  libavdevice-dev        # cameras
  libavformat-dev        # containers and streams
  libswresample-dev      # sound in another coding
  libswscale-dev         # pixel formats
)
test=(
  clang-format           # formatting is tested
  ffmpeg                 # makes videos and looks at ours
  git                    # the text check looks at committed files
  libgmock-dev           # GoogleTest's matchers
  libheif-examples       # makes HEIC and AVIF pictures
  libgtest-dev           # unit tests
  python3                # command line tests
  python3-numpy          # reads our outputs independently
  python3-pil            # training: pictures
  python3-torch          # training: its own tests, and the reference of exported models
)
lint=(
  clang-format
  clang-tidy             # static analysis
)
bench=(
  libbenchmark-dev       # micro benchmarks
  python3-venv           # environment of the peers
)

# shellcheck disable=SC1091
distribution=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${ID_LIKE:-}")
case " $distribution " in
  *" ubuntu "*) build+=(libjpeg-dev) ;;
  *" debian "*) build+=(libjpeg62-turbo-dev) ;;
  *) build+=(libjpeg-dev) ;;
esac

wanted=()
for group in "${@:-build}"; do
  case "$group" in
    build) wanted+=("${build[@]}") ;;
    video) wanted+=("${video[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    *) echo "install-packages.sh: unknown group '$group' (build, video, test, lint, bench)" >&2; exit 2 ;;
  esac
done

case " $distribution " in
  *" debian "* | *" ubuntu "*) ;;
  *)
    echo "install-packages.sh: knows Debian and Ubuntu only, this is '${distribution% }'. Install what these" \
         "packages hold, then run cmake --preset release: ${wanted[*]}" >&2
    exit 1
    ;;
esac

mapfile -t installed < <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/^installed //p')
missing=()
for package in "${wanted[@]}"; do
  [[ " ${installed[*]} " == *" $package "* ]] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-packages.sh: not root and no sudo; ask the administrator to run:" \
         "apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt() {
  scripts/with-progress.sh --silent "$1" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    sh -c 'log=$1; shift; exec apt-get -qq "$@" >>"$log" 2>&1' apt "$log" "${@:2}"
}

# What apt would do, in two lines: how many packages, how much to fetch and to keep.
plan() {
  LC_ALL=C "${as_root[@]}" apt-get install --assume-no --no-install-recommends "${missing[@]}" 2>/dev/null |
    sed -nE 's/^.* ([0-9]+) newly installed.*/  \1 packages with what they need/p
             s/^Need to get (.*) of archives.*/  \1 to download/p
             s/^After this operation, (.*) of additional.*/  \1 on the disk/p' >&2
}

install_missing() {
  plan
  apt "Installing" install -y --no-install-recommends "${missing[@]}"
}

# Package lists are fetched only where they are missing or name versions that are gone.
echo "Installing ${missing[*]}" >&2
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! install_missing; then
  if ! apt "Fetching the lists of packages" update || ! install_missing; then
    cat "$log" >&2
    echo "install-packages.sh: could not install ${missing[*]}" >&2
    exit 1
  fi
fi
