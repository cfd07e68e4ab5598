#include "scene/render.h"

#include <cmath>
#include <limits>

#include "scene/film.h"
#include "scene/openness.h"
#include "scene/shade.h"
#include "scene/soft_shadows.h"
#include "scene/trace.h"

namespace dpt::scene {

namespace {

constexpr float far_away = 1e9F;
constexpr float dark = 1e-3F;          // light that makes no difference
constexpr float mirror_limit = 0.25F;  // glossier surfaces show what stands before them
constexpr float mirror_share = 0.05F;  // and only where so much of the light is mirrored
constexpr float golden_angle = 2.3999632F;
/// Places within pixels at edges that get a sample of their own, beside the one in the middle.
constexpr std::array<std::array<float, 2>, 2> extra_places = {{{0.2F, 0.25F}, {0.8F, 0.75F}}};
constexpr int extra_samples = static_cast<int>(extra_places.size());

/// Light of one pixel: what lamps, glow and mirror images give, and what comes from everywhere
/// (kept apart: corners get less of it).
struct Light {
  Vec3 direct, around;
};

class Renderer {
 public:
  Renderer(const Scene& scene, const TextureBank& bank, Size size, uint64_t seed)
      : scene_(scene),
        bank_(bank),
        bounds_(scene.primitives),
        width_(size.width),
        height_(size.height),
        count_(static_cast<size_t>(size.width) * static_cast<size_t>(size.height)),
        half_(0.5F * static_cast<float>(std::max(size.width, size.height))),
        pixel_(scene.camera.view / half_),
        random_(seed),
        light_(count_),
        hit_(count_, -1),
        normal_(count_) {
    for (size_t i = 0; i < on_lamp_.size(); ++i) {  // spread evenly over a ball, in mixed order
      const float z = 1 - (2 * static_cast<float>(i * 27 % 64) + 1) / 64;
      const float angle = golden_angle * static_cast<float>(i * 27 % 64);
      const float ring = std::sqrt(1 - z * z);
      on_lamp_[i] = {ring * std::cos(angle), ring * std::sin(angle), z};
    }
  }

  Sample run() {
    Sample out;
    out.depth = image::Plane(width_, height_);
    out.labels.resize(count_);
    out.normals.resize(3 * count_);
    for_each_tile([&](int x0, int y0) { render_tile(x0, y0, out); });
    openness_ = openness({out.depth, hit_, normal_, pixel_});
    Film film(width_, height_);
    for (size_t i = 0; i < count_; ++i)
      film.light[i] = light_[i].direct + light_[i].around * openness_[i];
    Film smooth = film;
    for_each_tile([&](int x0, int y0) { smooth_edges(x0, y0, film, smooth); });
    out.picture = develop(std::move(smooth), out.depth, scene_.sensor, random_);
    return out;
  }

 private:
  template <typename F>
  void for_each_tile(const F& f) {
    for (int y = 0; y < height_; y += tile) {
      for (int x = 0; x < width_; x += tile) f(x, y);
    }
  }

  size_t index(int x, int y) const {
    return static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x);
  }

  void add_primary(float x, float y) {
    const Camera& c = scene_.camera;
    float px = (x - 0.5F * static_cast<float>(width_)) / half_;
    float py = (y - 0.5F * static_cast<float>(height_)) / half_;
    const float bend = 1 + c.distortion * (px * px + py * py);
    px *= bend * c.view;
    py *= bend * c.view;
    add_ray(rays_, c.frame.origin, c.frame.x * px + c.frame.y * py + c.frame.z, far_away);
  }

  static void add_ray(Bundle& b, Vec3 origin, Vec3 direction, float reach) {
    const int i = b.count++;
    b.ox[i] = origin.x;
    b.oy[i] = origin.y;
    b.oz[i] = origin.z;
    b.dx[i] = direction.x;
    b.dy[i] = direction.y;
    b.dz[i] = direction.z;
    b.t[i] = reach;
    b.hit[i] = -1;
  }

  static void move_ray(Bundle& b, int from, int to) {
    for (auto* row : {&b.ox, &b.oy, &b.oz, &b.dx, &b.dy, &b.dz, &b.t}) (*row)[to] = (*row)[from];
    b.hit[to] = b.hit[from];
  }

  void trace(Bundle& b, bool shadows) {
    scene::trace(scene_.primitives, bounds_, b, shadows, found_);
  }

  void render_tile(int x0, int y0, Sample& out) {
    const int columns = std::min(tile, width_ - x0);
    const int rows = std::min(tile, height_ - y0);
    rays_.count = 0;
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        add_primary(static_cast<float>(x0 + x) + 0.5F, static_cast<float>(y0 + y) + 0.5F);
      }
    }
    trace(rays_, false);
    shade(columns);
    const Camera& c = scene_.camera;
    for (int i = 0; i < rays_.count; ++i) {
      const size_t at = index(x0 + i % columns, y0 + i / columns);
      const int32_t hit = rays_.hit[i];
      light_[at] = lights_[i];
      hit_[at] = hit;
      // Directions have one unit along the optical axis, so that t is the depth.
      out.depth.data()[at] = hit < 0 ? std::numeric_limits<float>::infinity() : rays_.t[i];
      out.labels[at] = hit < 0 ? sky_label : scene_.primitives[static_cast<size_t>(hit)].label;
      if (hit < 0) continue;
      const Vec3 world = surfaces_[i].normal;
      const Vec3 n{dot(world, c.frame.x), dot(world, c.frame.y), dot(world, c.frame.z)};
      normal_[at] = n;
      for (int k = 0; k < 3; ++k) out.normals[3 * at + k] = rounded(127 * n[k]);
    }
  }

  /// Fills surfaces_ and lights_ for the rays that have been traced. `columns` > 0: they form rows
  /// of so many neighbours, among which shadows are smoothed.
  void shade(int columns) {
    for (int i = 0; i < rays_.count; ++i) {
      lights_[i] = {};
      view_[i] = normalized(-direction(i));
      if (rays_.hit[i] < 0) {
        points_.clear(i);
        continue;
      }
      Surface& s = surfaces_[i];
      s = surface_at(scene_, bank_, rays_, i, pixel_);
      points_.set(i, s, view_[i]);
      lights_[i] = {s.glow, s.color * ambient(scene_.sky, s.bumpy)};
      if (s.metal) lights_[i].around = lights_[i].around * 0.3F;
    }
    choose_casters(columns);
    for (const Lamp& lamp : scene_.lamps) add_lamp(lamp, columns);
    add_mirror_images(columns > 0);
    for (int i = 0; i < rays_.count; ++i) {
      const Vec3 d = direction(i);
      const float norm = length(d);
      if (rays_.hit[i] < 0) {
        lights_[i].direct = sky_color(scene_.sky, bank_, d * (1 / norm));
      } else if (scene_.sky.haze > 0) {
        const float clear = std::exp(-scene_.sky.haze * norm * rays_.t[i]);
        lights_[i].direct = mix(scene_.sky.haze_color, lights_[i].direct, clear);
        lights_[i].around = lights_[i].around * clear;
      }
    }
  }

  Vec3 direction(int i) const { return {rays_.dx[i], rays_.dy[i], rays_.dz[i]}; }

  void add_lamp(const Lamp& lamp, int columns) {
    // Light as from the lamp's middle, shadows as from any of its points.
    diffuse(lamp, points_, rays_.count, gained_);
    for (int i = 0; i < rays_.count; ++i) {
      const float shine = points_.shine[i];
      if (!has_highlight(shine, gained_.fall[i], gained_.facing[i])) continue;
      const Vec3 light = highlight(surfaces_[i], shine, lamp.power * gained_.fall[i],
                                   gained_.facing[i], gained_.half[i]);
      gained_.r[i] += light.x;
      gained_.g[i] += light.y;
      gained_.b[i] += light.z;
    }
    float nearest = far_away;
    seeker_count_ = 0;
    for (int i = 0; i < rays_.count; ++i) {
      reached_[i] = brightness({gained_.r[i], gained_.g[i], gained_.b[i]}) >= dark;
      amount_[i] = reached_[i] ? 1.0F : 0.0F;
      if (!reached_[i] || !casts_[i]) continue;
      nearest = std::min(nearest, rays_.t[i]);
      seekers_[seeker_count_++] = i;
    }
    // In layers of depth: rays from a chair and from the wall behind it have little in common.
    bool has_shadow = false;
    float from = 0;
    for (const float depth : {1.3F, 2.0F, 4.0F, far_away}) {
      has_shadow |= cast_shadows(lamp, columns, from, nearest * depth);
      from = nearest * depth;
    }
    if (has_shadow && columns > 0) smooth_shadows(columns);
    for (int i = 0; i < rays_.count; ++i)
      lights_[i].direct += Vec3{gained_.r[i], gained_.g[i], gained_.b[i]} * amount_[i];
  }

  /// Sets amount_ to 0 where something stands between the lamp and what has been hit at depths in
  /// [from, to). True when there is such a place.
  bool cast_shadows(const Lamp& lamp, int columns, float from, float to) {
    shadow_.count = 0;
    for (int k = 0; k < seeker_count_; ++k) {
      const int i = seekers_[k];
      if (rays_.t[i] < from || rays_.t[i] >= to) continue;
      const Surface& s = surfaces_[i];
      // A pattern of 4 x 4 places on the lamp, which smoothing over 4 x 4 pixels averages.
      const int cell = columns > 0 ? (i % columns % 4) + 4 * (i / columns % 4) : i % 16;
      const size_t place = static_cast<size_t>(cell) * 4 + (random_.bits() >> 62U);
      const ToLamp way = towards(lamp, s.position, on_lamp_[place]);
      who_[shadow_.count] = i;
      add_ray(shadow_, s.position + s.normal * 2e-3F, way.direction,
              way.distance - 0.5F * lamp.radius);
    }
    if (shadow_.count == 0) return false;
    trace(shadow_, true);
    bool found = false;
    for (int k = 0; k < shadow_.count; ++k) {
      if (shadow_.hit[k] < 0) continue;
      amount_[who_[k]] = 0;
      found = true;
    }
    return found;
  }

  /// Which rays look for shadows: every second pixel, as on a chessboard, as their neighbours on
  /// the same solid can take the mean; and those that have no such neighbour.
  void choose_casters(int columns) {
    for (int i = 0; i < rays_.count; ++i) {
      const int x = columns > 0 ? i % columns : 0;
      const int y = columns > 0 ? i / columns : 0;
      const int32_t own = rays_.hit[i];
      casts_[i] =
          (x + y) % 2 == 0 ||
          !((x > 0 && rays_.hit[i - 1] == own) || (x + 1 < columns && rays_.hit[i + 1] == own) ||
            (y > 0 && rays_.hit[i - columns] == own) ||
            (i + columns < rays_.count && rays_.hit[i + columns] == own));
    }
  }

  /// Mean of 4 x 4 neighbours on the same solid that looked for the lamp.
  void smooth_shadows(int columns) {
    ShadowTile padded;
    const int rows = rays_.count / columns;
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        const int i = y * columns + x;
        const size_t at = ShadowTile::index(x, y);
        if (reached_[i] && casts_[i]) padded.solid[at] = rays_.hit[i];
        padded.amount[at] = amount_[i];
      }
    }
    std::array<int32_t, bundle_size> own;
    for (int i = 0; i < rays_.count; ++i) own[i] = reached_[i] ? rays_.hit[i] : ShadowTile::none;
    smooth_tile(padded, columns, rows, own.data(), amount_.data());
  }

  /// What glossy surfaces show: the nearest solid in the mirrored direction, with simple light, or
  /// only the light from there.
  void add_mirror_images(bool with_solids) {
    mirror_.count = 0;
    for (int i = 0; i < rays_.count; ++i) {
      if (rays_.hit[i] < 0) continue;
      const Surface& s = surfaces_[i];
      if (points_.shine[i] == 0) continue;
      const Vec3 d = -view_[i];
      const float cosine = -dot(d, s.bumpy);
      Vec3 out = d + s.bumpy * (2 * cosine);
      if (dot(out, s.normal) < 0.02F) out = out + s.normal * (0.02F - dot(out, s.normal));
      share_[i] = mirrored(s, cosine);
      if (!with_solids || s.gloss < mirror_limit || brightness(share_[i]) < mirror_share) {
        lights_[i].around += share_[i] * ambient(scene_.sky, out);
        continue;
      }
      if (s.roughness > 0.05F) {
        const float spread = 0.35F * s.roughness * s.roughness;
        out = out + Vec3{random_.normal(), random_.normal(), random_.normal()} * spread;
      }
      who_[mirror_.count] = i;
      add_ray(mirror_, s.position + s.normal * 2e-3F, normalized(out), far_away);
    }
    if (mirror_.count == 0) return;
    trace(mirror_, false);
    for (int k = 0; k < mirror_.count; ++k) {
      const int i = who_[k];
      lights_[i].direct += share_[i] * reflected_color(k);
    }
  }

  Vec3 reflected_color(int k) {
    const Vec3 d{mirror_.dx[k], mirror_.dy[k], mirror_.dz[k]};
    if (mirror_.hit[k] < 0) return sky_color(scene_.sky, bank_, d);
    const Surface s = surface_at(scene_, bank_, mirror_, k, pixel_ * 3);
    Vec3 c = s.glow + s.color * ambient(scene_.sky, s.normal);
    for (const Lamp& lamp : scene_.lamps) c += lit(s, lamp, -d) * 0.6F;
    return c;
  }

  /// Beside another solid whose light differs visibly.
  bool at_edge(const Film& film, int x, int y) const {
    const size_t i = index(x, y);
    const auto differs = [&](bool inside, size_t k) {
      if (!inside || hit_[k] == hit_[i]) return false;
      const Vec3 a = film.light[i];
      const Vec3 b = film.light[k];
      const float step = std::max({std::abs(a.x - b.x), std::abs(a.y - b.y), std::abs(a.z - b.z)});
      return step > 0.03F * std::max(brightness(a), brightness(b));
    };
    const auto row = static_cast<size_t>(width_);
    return differs(x + 1 < width_, i + 1) || differs(x > 0, i - 1) ||
           differs(y + 1 < height_, i + row) || differs(y > 0, i - row);
  }

  /// More samples for pixels beside another solid. What a sample meets has mostly been shaded for a
  /// pixel beside it, whose light it takes.
  void smooth_edges(int x0, int y0, const Film& sharp, Film& smooth) {
    std::array<std::array<int16_t, 2>, bundle_size> pixels;
    int count = 0;
    rays_.count = 0;
    const auto flush = [&] {
      trace(rays_, false);
      int unknown = 0;  // rays that no neighbour answers for, moved to the front of the bundle
      for (int k = 0; k < rays_.count; ++k) {
        const auto [x, y] = pixels[k / extra_samples];
        const size_t neighbour = same_solid_beside(x, y, rays_.hit[k], k % extra_samples);
        if (neighbour < count_) {
          smooth.light[index(x, y)] += clipped(sharp.light[neighbour]);
        } else {
          who_[unknown] = k / extra_samples;
          move_ray(rays_, k, unknown++);
        }
      }
      rays_.count = unknown;
      const std::array<int, bundle_size> pixel_of = who_;  // shading needs who_
      if (unknown > 0) shade(0);
      for (int k = 0; k < unknown; ++k) {
        const auto [x, y] = pixels[pixel_of[k]];
        const Light& l = lights_[k];
        smooth.light[index(x, y)] += clipped(l.direct + l.around * openness_[index(x, y)]);
      }
      for (int k = 0; k < count; ++k) {
        Vec3& light = smooth.light[index(pixels[k][0], pixels[k][1])];
        light = light * (1.0F / (extra_samples + 1));
      }
      count = 0;
      rays_.count = 0;
    };
    for (int y = y0; y < std::min(height_, y0 + tile); ++y) {
      for (int x = x0; x < std::min(width_, x0 + tile); ++x) {
        if (!at_edge(sharp, x, y)) continue;
        pixels[count++] = {static_cast<int16_t>(x), static_cast<int16_t>(y)};
        smooth.light[index(x, y)] = clipped(sharp.light[index(x, y)]);
        for (const auto& place : extra_places)
          add_primary(static_cast<float>(x) + place[0], static_cast<float>(y) + place[1]);
        if (rays_.count + extra_samples > bundle_size) flush();
      }
    }
    if (count > 0) flush();
  }

  /// The pixel itself or the one beside it, on the side of extra sample `sample`, that shows `hit`;
  /// count_ when none does.
  size_t same_solid_beside(int x, int y, int32_t hit, int sample) const {
    const int sx = extra_places[sample][0] < 0.5F ? -1 : 1;
    const int sy = extra_places[sample][1] < 0.5F ? -1 : 1;
    constexpr std::array<std::array<int, 2>, 8> nearest_first = {
        {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {-1, 0}, {0, -1}, {-1, 1}, {1, -1}}};
    for (const auto& step : nearest_first) {
      const int nx = x + sx * step[0];
      const int ny = y + sy * step[1];
      if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) continue;
      if (hit_[index(nx, ny)] == hit) return index(nx, ny);
    }
    return count_;
  }

  static int8_t rounded(float v) { return static_cast<int8_t>(v + std::copysign(0.5F, v)); }

  static Vec3 clipped(Vec3 c) {
    return {std::min(c.x, 3.0F), std::min(c.y, 3.0F), std::min(c.z, 3.0F)};
  }

  static constexpr uint8_t sky_label = 3;

  const Scene& scene_;
  const TextureBank& bank_;
  Bounds bounds_;
  int width_, height_;
  size_t count_;
  float half_;   ///< half the longer side, pixels
  float pixel_;  ///< tangent of a pixel's angle at the centre
  Random random_;
  std::array<Vec3, 64> on_lamp_;  ///< points of a lamp of radius 1

  std::vector<Light> light_;
  std::vector<int32_t> hit_;
  std::vector<Vec3> normal_;  ///< camera axes
  std::vector<float> openness_;

  // Of the bundle that is being shaded.
  Bundle rays_, shadow_, mirror_;
  std::vector<Candidate> found_;
  std::array<Surface, bundle_size> surfaces_;
  std::array<Light, bundle_size> lights_;
  std::array<Vec3, bundle_size> view_;  ///< unit vectors towards the camera
  Points points_;
  Lit gained_;  ///< from the lamp
  Row amount_;  ///< of it that arrives: 1, or less in shadow
  std::array<Vec3, bundle_size> share_;
  std::array<bool, bundle_size> reached_;  ///< by the lamp's light, but for shadows
  std::array<bool, bundle_size> casts_;    ///< a ray to each lamp
  std::array<int, bundle_size> who_, seekers_;
  int seeker_count_ = 0;
};

}  // namespace

Sample render(const Scene& scene, const TextureBank& bank, Size size, uint64_t seed) {
  return Renderer(scene, bank, size, seed).run();
}

}  // namespace dpt::scene
