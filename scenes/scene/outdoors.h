// Streets, gardens and landscapes.
#pragma once

#include "scene/placing.h"

namespace dpt::scene {

void build_street(Builder& b);
void build_suburb(Builder& b);
void build_park(Builder& b);
void build_landscape(Builder& b);

/// Sun, sky and haze of some weather.
void weather(Builder& b);

}  // namespace dpt::scene
