// What stands right before the camera of a scene that is otherwise finished.
#pragma once

#include "scene/builder.h"

namespace dpt::scene {

/// Puts a laid table, an animal, a head or a thing before the camera. But for a head, the camera is
/// turned to it and what stood there is taken away.
void add_close_up(Builder& b);

}  // namespace dpt::scene
