#!/usr/bin/env bash
# Makes the Python environment of bench/compare.py, with every version pinned; does nothing when it
# is there and complete.
#
#   scripts/make-peers-venv.sh [FOLDER]      (default: ~/.cache/dpt-peers)
set -euo pipefail

folder=${1:-$HOME/.cache/dpt-peers}
case "$folder" in
  -*) echo "usage: scripts/make-peers-venv.sh [FOLDER]" >&2; exit 2 ;;
esac
torch='torch==2.15.0'
packages=(
  'nncf==3.4.0'               # OpenVINO's int8
  'numpy==2.4.6'
  'onnx==1.23.2'
  'onnxruntime==1.32.0'
  'onnxscript==0.7.2'        # torch.onnx.export
  'opencv-python-headless==5.0.0.93'
  'openvino==2026.4.1'
  'pillow==13.0.0'
  'safetensors==0.8.0'
  'transformers==5.23.0'
)
stamp="$folder/dpt-peers.txt"
list=$(printf '%s\n' "$torch" "${packages[@]}")

[ "$(cat "$stamp" 2>/dev/null)" != "$list" ] || exit 0

python3 -m venv "$folder"
pip=("$folder/bin/python" -m pip --quiet --disable-pip-version-check install)
# The processor-only build is 200 MB; the one on PyPI brings gigabytes of CUDA, but is found where
# only PyPI can be reached.
"${pip[@]}" --retries 1 --timeout 15 --index-url https://download.pytorch.org/whl/cpu "$torch" 2>/dev/null ||
  "${pip[@]}" "$torch"
"${pip[@]}" "${packages[@]}"
printf '%s\n' "$list" >"$stamp"
