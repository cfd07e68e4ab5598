// Which scenes there are, how often, and what the camera that takes them is like.
#pragma once

#include "scene/render.h"

namespace dpt::scene {

/// What kinds of scenes are wanted, as relative shares, and how many become close-ups.
struct Mixture {
  float rooms = 0.6F;  ///< of all furnished kinds
  float corridors = 0.05F;
  float streets = 0.12F;
  float suburbs = 0.06F;
  float parks = 0.08F;
  float landscapes = 0.05F;
  float solids = 0.04F;  ///< heaps of simple bodies

  /// Share, of all scenes, of those that get something right before the camera: 0 to 1.
  float close_ups = 0.22F;
};

/// The scene of this number: the same for the same seed, bank and mixture.
Scene compose(uint64_t seed, const TextureBank& bank, const Mixture& mixture);

/// compose() and render(); scenes that show too little (a wall before the lens) are drawn anew.
Sample make_sample(uint64_t seed, const TextureBank& bank, const Mixture& mixture, Size size);

}  // namespace dpt::scene
