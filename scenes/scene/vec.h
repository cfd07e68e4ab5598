// Three-vectors and frames of the scene renderer. Space: x and y level, z up; metres.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dpt::scene {

struct Vec3 {
  float x = 0, y = 0, z = 0;

  float operator[](int i) const { return i == 0 ? x : i == 1 ? y : z; }
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Vec3 operator*(float s, Vec3 a) { return a * s; }
inline Vec3& operator+=(Vec3& a, Vec3 b) { return a = a + b; }
inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline float length(Vec3 a) { return std::sqrt(dot(a, a)); }
inline Vec3 normalized(Vec3 a) { return a * (1.0F / std::max(length(a), 1e-12F)); }
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Vec3 mix(Vec3 a, Vec3 b, float t) { return a * (1 - t) + b * t; }
/// Something that can be divided by.
inline float away_from_zero(float v) { return std::abs(v) < 1e-9F ? 1e-9F : v; }
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
/// 0..1 as 0..255, rounded; what is beyond is cut.
inline uint8_t to_byte(float v) {
  return static_cast<uint8_t>(std::lround(std::clamp(v, 0.0F, 1.0F) * 255.0F));
}
inline float brightness(Vec3 c) { return 0.299F * c.x + 0.587F * c.y + 0.114F * c.z; }

/// A place and a direction: orthonormal axes x, y, z at an origin.
struct Frame {
  Vec3 origin;
  Vec3 x{1, 0, 0}, y{0, 1, 0}, z{0, 0, 1};

  Vec3 point(Vec3 p) const { return origin + vector(p); }
  Vec3 vector(Vec3 v) const { return x * v.x + y * v.y + z * v.z; }
  /// `inner`, given in this frame, as a frame of the world.
  Frame operator*(const Frame& inner) const {
    return {point(inner.origin), vector(inner.x), vector(inner.y), vector(inner.z)};
  }
};

inline Frame at(Vec3 origin) { return {.origin = origin}; }
/// Turned about z by `angle` radians.
inline Frame turned(Vec3 origin, float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {origin, {c, s, 0}, {-s, c, 0}, {0, 0, 1}};
}
/// Turned about x by `angle` radians: y towards z.
inline Frame tilted(Vec3 origin, float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {origin, {1, 0, 0}, {0, c, s}, {0, -s, c}};
}
/// Its z axis along `direction`.
inline Frame along(Vec3 origin, Vec3 direction) {
  const Vec3 z = normalized(direction);
  const Vec3 x = normalized(std::abs(z.z) < 0.9F ? cross({0, 0, 1}, z) : cross({0, 1, 0}, z));
  return {origin, x, cross(z, x), z};
}

}  // namespace dpt::scene
