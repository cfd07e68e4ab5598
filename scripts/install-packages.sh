#!/usr/bin/env bash
# Installs the Debian packages that the named groups need; does nothing when all are there.
#
#   scripts/install-packages.sh [build] [test] [lint] [bench]      (default: build)
#
# Works as root and as a user with sudo. Other distributions: prints the list and fails.
set -euo pipefail

build=(
  ca-certificates        # HTTPS: model downloads
  ccache                 # unchanged files are not compiled twice
  cmake                  # configures the build
  g++                    # C++20 compiler
  libavcodec-dev         # video: FFmpeg
  libavdevice-dev        # cameras
  libavformat-dev        # containers and streams
  libcli11-dev           # command line
  libcurl4-openssl-dev   # model downloads
  libfmt-dev             # text formatting
  libheif-dev            # HEIC and AVIF
  libhwy-dev             # Highway: SIMD kernels
  libopenexr-dev         # OpenEXR
  libspng-dev            # PNG
  libswscale-dev         # pixel formats of videos
  libssl-dev             # SHA-256 of model files
  libtiff-dev            # TIFF
  libwebp-dev            # WebP
  zlib1g-dev             # NPZ checksums
  ninja-build            # runs the build
  nlohmann-json3-dev     # JSON
  pkg-config             # finds the libraries without CMake files
)
test=(
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
  clang-tidy
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
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    *) echo "install-packages.sh: unknown group '$group' (build, test, lint, bench)" >&2; exit 2 ;;
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

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
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
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >>"$log" 2>&1
}

install_missing() {
  apt install -y --no-install-recommends "${missing[@]}"
}

# Package lists are fetched only where they are missing or name versions that are gone.
echo "Installing ${missing[*]}" >&2
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! install_missing; then
  if ! apt update || ! install_missing; then
    cat "$log" >&2
    echo "install-packages.sh: could not install ${missing[*]}" >&2
    exit 1
  fi
fi
