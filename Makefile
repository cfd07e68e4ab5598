# One word for each thing that is done often. The build itself is CMake's (CMakePresets.json);
# docs/building.md says how to use it directly.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
SAMPLE ?= models/samples/coffee.png
DPT := build/release/bin/dpt
# A terminal gets ninja's progress line; a log gets nothing but warnings.
NINJA_FLAGS := $(shell [ -t 2 ] || echo --quiet)

.PHONY: help run program build test lint format bench install clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | while IFS= read -r line; do
	  printf '  make %-10s %s\n' "$${line%%:*}" "$${line##*## }"
	done

run: program  ## install packages, build, depth and segmentation of a sample photo into out/
	@mkdir -p out
	(
	  set -x
	  $(DPT) depth "$(SAMPLE)" -o out/ --colormap inferno
	  $(DPT) segment "$(SAMPLE)" -o out/ --overlay --legend
	)
	name=$$(basename "$(SAMPLE)")
	echo "Results:"
	ls -1 "out/$${name%.*}".*

program: build/release/build.ninja
	@cmake --build --preset release --target dpt dpt-pull dpt-video -- $(NINJA_FLAGS)

build: build/release/build.ninja  ## install packages and build everything
	@cmake --build --preset release -- $(NINJA_FLAGS)

test: build/release/build.ninja build/asan-ubsan/build.ninja  ## install packages, build, run every test
	@scripts/install-packages.sh build test
	cmake --build --preset asan-ubsan --target sanitized_tests -- $(NINJA_FLAGS)
	cmake --build --preset release -- $(NINJA_FLAGS)
	echo "Hostile input under the address and undefined-behaviour sanitizers:"
	ctest --preset asan-ubsan -L '^sanitized$$' --progress -j2
	echo "Every test:"
	ctest --preset release --progress -j2

lint: build/release/build.ninja  ## formatting, static analysis, layers; SINCE=main for the changed files only
	@scripts/install-packages.sh build test lint
	scripts/lint.sh $(SINCE)

format:  ## format the C++ files in place
	@scripts/install-packages.sh lint
	git ls-files -z -- '*.cpp' '*.h' '*.hpp' | xargs -0 clang-format -i

bench: program  ## this engine beside ONNX Runtime and PyTorch (downloads them once)
	@scripts/install-packages.sh bench
	scripts/make-peers-venv.sh
	"$$HOME/.cache/dpt-peers/bin/python" bench/compare.py --json out/compare.json

install: program  ## install into PREFIX (default /usr/local)
	@cmake --build --preset release --target dpt-scenes -- $(NINJA_FLAGS)
	cmake --install build/release --prefix "$(PREFIX)" >/dev/null
	echo "Installed $(PREFIX)/bin/dpt"

clean:  ## remove build/ and out/
	@rm -rf build out

# Packages are looked at before the first configuration and when the list of them changes.
build/%/build.ninja: CMakePresets.json scripts/install-packages.sh
	@scripts/install-packages.sh build test
	mkdir -p "build/$*"
	cmake --preset "$*" >"build/$*/configure.log" 2>&1 || { cat "build/$*/configure.log" >&2; exit 1; }
	touch "$@"
