#include "scene/shade.h"

#include <cmath>

#include "scene/simd.h"

namespace dpt::scene {

namespace {

/// Texture coordinates in metres (or [0, 1] over the face), and how they run in the world.
struct Chart {
  float u = 0, v = 0;
  float width = 1, height = 1;  ///< of the face, metres
  Vec3 along_u, along_v;        ///< unit vectors
};

Chart chart_of(const Primitive& p, const Contact& c) {
  const Vec3 l = c.local;
  const std::array<Vec3, 3> axes = {p.rows[0] * p.half.x, p.rows[1] * p.half.y,
                                    p.rows[2] * p.half.z};
  Chart chart;
  const auto flat = [&](float u, float v, float hu, float hv, Vec3 au, Vec3 av) {
    chart = {u * hu, v * hv, 2 * hu, 2 * hv, au, av};
  };
  switch (p.shape) {
    case Shape::box:
    case Shape::cushion: {
      const float x = std::abs(dot(c.normal, axes[0]));
      const float y = std::abs(dot(c.normal, axes[1]));
      const float z = std::abs(dot(c.normal, axes[2]));
      if (z >= x && z >= y) {
        flat(l.x, l.y, p.half.x, p.half.y, axes[0], axes[1]);
      } else if (x >= y) {
        flat(l.y, -l.z, p.half.y, p.half.z, axes[1], -axes[2]);
      } else {
        flat(l.x, -l.z, p.half.x, p.half.z, axes[0], -axes[2]);
      }
      break;
    }
    case Shape::cylinder:
      if (std::abs(dot(c.normal, axes[2])) > 0.9F && 1 - std::abs(l.z) < 1e-3F) {
        flat(l.x, l.y, p.half.x, p.half.y, axes[0], axes[1]);
        break;
      }
      [[fallthrough]];
    case Shape::ellipsoid:
    case Shape::foliage: {
      const Vec3 along_u = normalized(axes[1] * l.x - axes[0] * l.y);
      flat(std::atan2(l.y, l.x) * 0.31830989F, -l.z, 3.1415927F * p.half.x, p.half.z, along_u,
           -axes[2]);
      break;
    }
  }
  return chart;
}

float power_of(float base, float exponent) {
  return base <= 0 ? 0 : std::exp2(exponent * std::log2(base));
}

}  // namespace

Surface surface_at(const Scene& scene, const TextureBank& bank, const Bundle& rays, int i,
                   float pixel) {
  const Primitive& p = scene.primitives[static_cast<size_t>(rays.hit[i])];
  const Material& m = scene.materials[p.material];
  const Contact contact = contact_at(p, rays, i);
  const Vec3 d{rays.dx[i], rays.dy[i], rays.dz[i]};
  const float norm = length(d);
  const float distance = norm * rays.t[i];
  Surface s;
  s.position = Vec3{rays.ox[i], rays.oy[i], rays.oz[i]} + d * rays.t[i];
  s.normal = dot(contact.normal, d) > 0 ? -contact.normal : contact.normal;
  s.bumpy = s.normal;
  s.color = m.color;
  s.glow = m.glow;
  s.gloss = m.gloss;
  s.roughness = m.roughness;
  s.metal = m.metal;
  if (m.texture < 0) return s;

  const Chart chart = chart_of(p, contact);
  const float cosine = std::max(std::abs(dot(s.normal, d)) / norm, 0.1F);
  float u = 0;
  float v = 0;
  float scale_u = m.repeat;
  float scale_v = m.repeat;
  if (m.fit) {
    scale_u = 1 / chart.width;
    scale_v = 1 / chart.height;
    u = chart.u * scale_u + 0.5F;
    v = chart.v * scale_v + 0.5F;
  } else {
    u = chart.u * scale_u + static_cast<float>(p.seed & 1023U) * (1 / 1024.0F);
    v = chart.v * scale_v + static_cast<float>((p.seed >> 10U) & 1023U) * (1 / 1024.0F);
  }
  if (m.turned) std::swap(u, v);
  const float footprint = distance * pixel * std::max(scale_u, scale_v) / std::sqrt(cosine);
  const Texture& texture = bank[m.texture];
  const Texel texel = texture.sample(u, v, footprint);
  s.color = s.color * texel.color;
  s.glow = s.glow * texel.color;
  if (m.bump > 0 && footprint < 0.05F) {
    auto slope = texture.slope(u, v, footprint);
    if (m.turned) std::swap(slope[0], slope[1]);
    const float depth = 0.02F * m.bump;
    s.bumpy = normalized(s.normal - chart.along_u * (slope[0] * depth) -
                         chart.along_v * (slope[1] * depth));
  }
  return s;
}

namespace {

constexpr float lamp_damping = 0.05F;  // square metres: nobody is nearer to a lamp than its glass
constexpr float glossy = 0.02F;        // surfaces with less gloss have no highlights

/// Share of a surface's diffuse light that goes everywhere.
Vec3 diffuse_share(const Surface& s) { return s.metal ? s.color * 0.3F : s.color; }

float shine_of(const Surface& s) {
  return s.gloss > glossy ? 2 / (s.roughness * s.roughness * s.roughness + 1e-3F) : 0.0F;
}

inline float inverse_length(float x, float y, float z) {
  return 1 / std::sqrt(x * x + y * y + z * z + 1e-9F);
}

}  // namespace

void Points::set(int i, const Surface& s, Vec3 view) {
  const Vec3 share = diffuse_share(s);
  x[i] = s.position.x;
  y[i] = s.position.y;
  z[i] = s.position.z;
  nx[i] = s.bumpy.x;
  ny[i] = s.bumpy.y;
  nz[i] = s.bumpy.z;
  vx[i] = view.x;
  vy[i] = view.y;
  vz[i] = view.z;
  r[i] = share.x;
  g[i] = share.y;
  b[i] = share.z;
  shine[i] = shine_of(s);
}

DPT_SCENE_SIMD void diffuse(const Lamp& lamp, const Points& p, int count, Lit& __restrict out) {
  const Vec3 at = lamp.position;
  const Vec3 power = lamp.power;
  const float near = lamp.directional ? 0.0F : 1.0F;
  for (int i = 0; i < count; ++i) {
    float x = at.x - p.x[i] * near;
    float y = at.y - p.y[i] * near;
    float z = at.z - p.z[i] * near;
    const float square = x * x + y * y + z * z;
    const float scale = inverse_length(x, y, z);
    x *= scale;
    y *= scale;
    z *= scale;
    const float cosine = p.nx[i] * x + p.ny[i] * y + p.nz[i] * z;
    const float spread = (1 - near) + near * (square + lamp_damping);
    const float fall = (cosine > 0 ? cosine : 0) / spread;
    out.r[i] = p.r[i] * power.x * fall;
    out.g[i] = p.g[i] * power.y * fall;
    out.b[i] = p.b[i] * power.z * fall;
    out.fall[i] = fall;
    const float hx = x + p.vx[i];
    const float hy = y + p.vy[i];
    const float hz = z + p.vz[i];
    const float norm = inverse_length(hx, hy, hz);
    out.facing[i] = (p.nx[i] * hx + p.ny[i] * hy + p.nz[i] * hz) * norm;
    out.half[i] = (hx * p.vx[i] + hy * p.vy[i] + hz * p.vz[i]) * norm;
  }
}

Vec3 highlight(const Surface& s, float shine, Vec3 light, float facing, float half) {
  const float peak = power_of(facing, shine) * (shine + 8) * 0.04F;
  return light * mirrored(s, half) * std::min(peak, 60.0F);
}

Vec3 lit(const Surface& s, const Lamp& lamp, Vec3 view) {
  const ToLamp way = centre_of(lamp, s.position);
  const float spread = lamp.directional ? 1.0F : way.distance * way.distance + lamp_damping;
  const float fall = std::max(dot(s.bumpy, way.direction), 0.0F) / spread;
  const Vec3 light = lamp.power * fall;
  const Vec3 middle = normalized(way.direction + view);
  const float facing = dot(s.bumpy, middle);
  const float shine = shine_of(s);
  Vec3 out = diffuse_share(s) * light;
  if (has_highlight(shine, fall, facing))
    out += highlight(s, shine, light, facing, dot(middle, view));
  return out;
}

Vec3 sky_color(const Sky& sky, const TextureBank& bank, Vec3 d) {
  const float up = std::max(d.z, 0.0F);
  Vec3 color = mix(sky.horizon, sky.zenith, std::sqrt(up));
  if (sky.clouds >= 0 && d.z > 0.01F) {
    // Clouds stand in a layer above: their pattern shrinks towards the horizon.
    const float reach = 0.35F / (d.z + 0.12F);
    const float cloud = bank[sky.clouds].sample(d.x * reach, d.y * reach, 0.002F * reach).color.x;
    color = mix(color, mix(sky.haze_color, {1, 1, 1}, 0.6F) * 1.1F,
                cloud * sky.cover * std::min(1.0F, 6 * d.z));
  }
  return color;
}

}  // namespace dpt::scene
