// Names of what is written to and never replaced.
#pragma once

#include <filesystem>

namespace dpt {

/// An existing pipe, socket or device.
bool is_pipe_or_device(const std::filesystem::path& path);

}  // namespace dpt
