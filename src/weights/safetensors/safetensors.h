// Reader of the safetensors format (github.com/huggingface/safetensors, README "Format"):
//   8 bytes   N, little-endian
//   N bytes   JSON: {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ...,
//                    "__metadata__": {"KEY": "TEXT", ...}}, padded with spaces
//   the rest  the tensors' data without holes; offsets count from here
#pragma once

#include "weights/checkpoint.h"
#include "weights/source.h"

namespace dpt::weights {

/// True when the header begins with an opening brace, whatever its length is said to be.
bool looks_like_safetensors(std::span<const std::byte> bytes);
/// True when the bytes can only be a safetensors file among the formats that are read here, and no
/// text: the header begins with an opening brace and has a length that one may have.
bool has_safetensors_header(std::span<const std::byte> bytes);

/// Fills `tensors` and `metadata` with views of source.bytes. Every rule of the format is enforced;
/// throws Error(model).
void read_safetensors(const Source& source, CheckpointContent& content);

}  // namespace dpt::weights
