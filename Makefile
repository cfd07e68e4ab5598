# One word for each thing that is done often. The build itself is CMake's (CMakePresets.json);
# docs/building.md says how to use it directly.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
SAMPLE ?= models/samples/street.jpg
DPT := build/release/bin/dpt
BUILD := scripts/with-progress.sh Building cmake --build --preset

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
	echo "Made by small starter models. For published weights: $(DPT) models pull dpt_hybrid-midas (490 MB)," \
	  "then $(DPT) depth PICTURE -m dpt_hybrid-midas"

program:
	@scripts/configure.sh release program
	$(BUILD) release --target dpt dpt-pull

build:  ## install packages and build everything
	@scripts/configure.sh release test
	$(BUILD) release

test:  ## install packages, build, run every test
	@scripts/configure.sh release test
	scripts/configure.sh asan-ubsan test
	$(BUILD) asan-ubsan --target sanitized_tests
	$(BUILD) release
	echo "Hostile input under the address and undefined-behaviour sanitizers:"
	ctest --preset asan-ubsan -L '^sanitized$$' --progress -j2
	echo "Every test:"
	ctest --preset release --progress -j2

lint:  ## formatting, static analysis, layers; SINCE=main for the changed files only
	@scripts/configure.sh release test
	scripts/install-packages.sh lint
	scripts/lint.sh $(SINCE)

format:  ## format the C++ files in place
	@scripts/install-packages.sh lint
	git ls-files -z -- '*.cpp' '*.h' '*.hpp' | xargs -0 clang-format -i

bench: program  ## this engine beside ONNX Runtime and PyTorch (downloads them once)
	@scripts/install-packages.sh bench
	scripts/make-peers-venv.sh
	"$$HOME/.cache/dpt-peers/bin/python" bench/compare.py --json out/compare.json

install:  ## install into PREFIX (default /usr/local)
	@scripts/configure.sh release video
	$(BUILD) release --target dpt dpt-pull dpt-video dpt-scenes
	cmake --install build/release --prefix "$(PREFIX)" >/dev/null
	echo "Installed $(PREFIX)/bin/dpt"

clean:  ## remove build/ and out/
	@rm -rf build out
