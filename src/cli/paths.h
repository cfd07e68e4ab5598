// Questions about paths that both inputs and outputs ask.
#pragma once

#include "base/file/file.h"
#include "base/file/paths.h"
#include "image/picture_name.h"

namespace dpt::cli {

using image::extension_of;

}  // namespace dpt::cli
