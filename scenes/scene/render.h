// Scenes to pictures with exact depth, normals and labels.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.h"
#include "image/resample/network_size.h"
#include "scene/scene.h"

namespace dpt::scene {

/// A picture and what is known of each of its pixels.
struct Sample {
  image::Image picture;
  image::Plane depth;           ///< metres along the optical axis; infinity: sky
  std::vector<int8_t> normals;  ///< 3 per pixel: camera axes (x right, y down, z forward) x 127
  std::vector<uint8_t> labels;  ///< ADE20K annotation values: class + 1, 0: none
};

using image::Size;

/// `seed` draws what the sensor adds: noise and where soft shadows are sampled.
Sample render(const Scene& scene, const TextureBank& bank, Size size, uint64_t seed);

}  // namespace dpt::scene
