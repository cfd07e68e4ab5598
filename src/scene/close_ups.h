// What stands right before the camera of a scene that is otherwise finished.
#pragma once

#include "scene/builder.h"

namespace dpt::scene {

/// Puts a laid table, an animal, a head or a thing before the camera, which is turned to it, and
/// takes away what stood there.
void add_close_up(Builder& b);

}  // namespace dpt::scene
