// Inner rooms.
#pragma once

#include "scene/placing.h"

namespace dpt::scene {

enum class RoomKind : uint8_t {
  living,
  sleeping,
  kitchen,
  office,
  bath,
  storage,
  corridor,
  bare,
  library,
  count
};

/// Builds a room around the origin and its camera.
void build_room(Builder& b, RoomKind kind);

/// A camera at `eye` that looks towards `target`, turned by `roll` radians.
Camera look(Vec3 eye, Vec3 target, float roll, float view);

}  // namespace dpt::scene
