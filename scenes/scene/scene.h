// A scene: solids, what they are made of, lamps, sky and the camera that looks at it.
#pragma once

#include <vector>

#include "scene/primitive.h"
#include "scene/texture.h"

namespace dpt::scene {

struct Material {
  Vec3 color{0.7F, 0.7F, 0.7F};  ///< linear reflectance; multiplies the texture
  int texture = -1;              ///< index into the TextureBank; -1: plain
  float repeat = 1;              ///< repetitions per metre
  bool fit = false;              ///< the texture once over each face, instead of `repeat`
  bool turned = false;           ///< the texture turned by a right angle
  float bump = 0;                ///< how deep its heights are
  float gloss = 0;               ///< 0 matt .. 1 mirror-like at grazing angles
  float roughness = 0.5F;        ///< width of highlights
  bool metal = false;            ///< reflections take the colour
  Vec3 glow;                     ///< light that it sends out, times the texture
};

struct Lamp {
  Vec3 position;  ///< directional: unit vector towards the light
  bool directional = false;
  float radius = 0.1F;  ///< of the light's ball, metres; directional: tangent of its half angle
  Vec3 power;           ///< at 1 m, or everywhere when directional
};

/// What is seen where nothing else is, and the light that comes from everywhere.
struct Sky {
  Vec3 zenith{0.3F, 0.5F, 0.9F}, horizon{0.7F, 0.8F, 0.9F};
  int clouds = -1;  ///< texture; -1: none
  float cover = 0;  ///< how white the clouds are
  float haze = 0;   ///< per metre
  Vec3 haze_color{0.7F, 0.75F, 0.8F};
  Vec3 from_above{0.5F, 0.5F, 0.5F}, from_aside{0.4F, 0.4F, 0.4F}, from_below{0.3F, 0.3F, 0.3F};
};

struct Camera {
  Frame frame;           ///< x right, y down, z forward
  float view = 1;        ///< tangent of half the field of view along the longer side
  float distortion = 0;  ///< radial, of the squared distance from the centre in half longer sides
};

/// What lens, sensor and the camera's processor do to the picture.
struct Sensor {
  float exposure = 1;  ///< times the automatic exposure
  Vec3 balance{1, 1, 1};
  float contrast = 1;
  float saturation = 1;
  float vignette = 0;
  float blur = 0;      ///< deviation, pixels
  float aperture = 0;  ///< deviation in pixels of what lies infinitely far behind the focus
  float focus = 1;     ///< metres
  float sharpen = 0;
  float noise = 0;                   ///< deviation at middle grey, of 1
  float aberration = 0;              ///< pixels at the corners
  float motion_x = 0, motion_y = 0;  ///< pixels
  float bloom = 0;
};

struct Scene {
  std::vector<Primitive> primitives;
  std::vector<Material> materials;
  std::vector<Lamp> lamps;
  Sky sky;
  Camera camera;
  Sensor sensor;
};

}  // namespace dpt::scene
