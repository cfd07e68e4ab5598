// The header of an OpenEXR file, looked at before the library reads it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace dpt::image {

/// Throws Error(input) for deep pixels, several parts, and a header whose attributes are not as
/// long as they say or ask for more memory than files of depth need. The library takes what the
/// sizes ask for, and reads on behind an attribute where its content ends, whatever its size says.
void check_exr_header(std::span<const std::byte> bytes, const std::string& name);

}  // namespace dpt::image
