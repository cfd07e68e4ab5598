// The members of a zip archive that stores without compression, as torch.save writes it
// (PKWARE APPNOTE.TXT 6.3: 4.3.7 local header, 4.3.12 central directory, 4.3.14-16 end records).
#pragma once

#include <map>
#include <span>
#include <string>

#include "weights/source.h"

namespace dpt::weights {

/// Members by name, each a part of `source.bytes`. The central directory is checked against the
/// local headers; members may not overlap each other or the directory. Checksums are not: PyTorch
/// neither reads nor always writes them. Throws Error(model).
std::map<std::string, std::span<const std::byte>> read_zip_directory(const Source& source);

}  // namespace dpt::weights
