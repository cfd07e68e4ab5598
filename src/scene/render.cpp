#include "scene/render.h"

#include <limits>

#include "scene/film.h"
#include "scene/shade.h"

namespace dpt::scene {

namespace {

constexpr int tile = 16;
static_assert(tile * tile == bundle_size);
constexpr float far_away = 1e9F;
constexpr float dark = 1e-3F;          // light that makes no difference
constexpr float mirror_limit = 0.25F;  // glossier surfaces show what stands before them
constexpr float mirror_share = 0.05F;  // and only where so much of the light is mirrored
constexpr float golden_angle = 2.3999632F;
constexpr int extra_samples = 2;  // of pixels at edges

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
        normal_(count_),
        openness_(count_, 1) {
    for (size_t i = 0; i < on_lamp_.size(); ++i) {  // spread evenly over a ball, in mixed order
      const float z = 1 - (2 * static_cast<float>(i * 27 % 64) + 1) / 64;
      const float angle = golden_angle * static_cast<float>(i * 27 % 64);
      const float ring = std::sqrt(1 - z * z);
      on_lamp_[i] = {ring * std::cos(angle), ring * std::sin(angle), z};
    }
    for (size_t turn = 0; turn < probes_.size(); ++turn) {
      for (size_t k = 0; k < probe_count; ++k) {
        const float r = std::sqrt((static_cast<float>(k) + 0.5F) / probe_count);
        const float a = 0.3927F * static_cast<float>(turn) + golden_angle * static_cast<float>(k);
        probes_[turn][k] = {r * std::cos(a), r * std::sin(a)};
      }
    }
  }

  Sample run() {
    Sample out;
    out.depth = image::Plane(width_, height_);
    out.labels.resize(count_);
    out.normals.resize(3 * count_);
    for_each_tile([&](int x0, int y0) { render_tile(x0, y0, out); });
    measure_openness(out.depth);
    Film film(width_, height_);
    for (size_t i = 0; i < count_; ++i)
      film.light[i] = light_[i].direct + light_[i].around * openness_[i];
    for_each_tile([&](int x0, int y0) { smooth_edges(x0, y0, film); });
    out.picture = develop(std::move(film), scene_.sensor, random_);
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

  void trace(Bundle& b, bool shadows) {
    candidates(scene_.primitives, bounds_, b, shadows, found_);
    for (const int32_t k : found_) intersect(scene_.primitives[static_cast<size_t>(k)], k, b);
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
      const Vec3 n = hit < 0 ? Vec3{} : surfaces_[i].normal;
      normal_[at] = n;
      out.normals[3 * at] = static_cast<int8_t>(std::lround(127 * dot(n, c.frame.x)));
      out.normals[3 * at + 1] = static_cast<int8_t>(std::lround(127 * dot(n, c.frame.y)));
      out.normals[3 * at + 2] = static_cast<int8_t>(std::lround(127 * dot(n, c.frame.z)));
    }
  }

  /// Fills surfaces_ and lights_ for the rays that have been traced. `columns` > 0: they form rows
  /// of so many neighbours, among which shadows are smoothed.
  void shade(int columns) {
    for (int i = 0; i < rays_.count; ++i) {
      lights_[i] = {};
      view_[i] = normalized(-direction(i));
      if (rays_.hit[i] >= 0) {
        const Surface& s = surfaces_[i] = surface_at(scene_, bank_, rays_, i, pixel_);
        lights_[i] = {s.glow, s.color * ambient(scene_.sky, s.bumpy)};
        if (s.metal) lights_[i].around = lights_[i].around * 0.3F;
      }
    }
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
    float nearest = far_away;
    for (int i = 0; i < rays_.count; ++i) {
      amount_[i] = 0;
      gained_[i] = {};
      reached_[i] = false;
      if (rays_.hit[i] < 0) continue;
      // Light as from the lamp's middle, shadows as from any of its points.
      const ToLamp middle = centre_of(lamp, surfaces_[i].position);
      gained_[i] = lit(surfaces_[i], lamp, middle.direction, middle.distance, view_[i]);
      if (brightness(gained_[i]) < dark) continue;
      amount_[i] = 1;
      reached_[i] = true;
      nearest = std::min(nearest, rays_.t[i]);
    }
    // In layers of depth: rays from a chair and from the wall behind it have little in common.
    bool has_shadow = false;
    float from = 0;
    for (const float depth : {1.3F, 2.0F, 4.0F, far_away}) {
      has_shadow |= cast_shadows(lamp, columns, from, nearest * depth);
      from = nearest * depth;
    }
    if (has_shadow && columns > 0) smooth_shadows(columns);
    for (int i = 0; i < rays_.count; ++i) lights_[i].direct += gained_[i] * amount_[i];
  }

  /// Sets amount_ to 0 where something stands between the lamp and what has been hit at depths in
  /// [from, to). True when there is such a place.
  bool cast_shadows(const Lamp& lamp, int columns, float from, float to) {
    shadow_.count = 0;
    for (int i = 0; i < rays_.count; ++i) {
      if (amount_[i] == 0 || rays_.t[i] < from || rays_.t[i] >= to) continue;
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

  /// Mean of 4 x 4 neighbours on the same solid that the lamp may reach.
  void smooth_shadows(int columns) {
    const int rows = rays_.count / columns;
    std::array<float, bundle_size> smooth;
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        const int i = y * columns + x;
        smooth[i] = amount_[i];
        if (!reached_[i]) continue;
        float sum = 0;
        int weight = 0;
        for (int dy = std::max(0, y - 2); dy < std::min(rows, y + 2); ++dy) {
          for (int dx = std::max(0, x - 2); dx < std::min(columns, x + 2); ++dx) {
            const int k = dy * columns + dx;
            const bool same = (rays_.hit[k] == rays_.hit[i]) & reached_[k];
            sum += same ? amount_[k] : 0.0F;
            weight += same ? 1 : 0;
          }
        }
        smooth[i] = sum / static_cast<float>(weight);
      }
    }
    std::copy_n(smooth.begin(), rays_.count, amount_.begin());
  }

  /// What glossy surfaces show: the nearest solid in the mirrored direction, with simple light, or
  /// only the light from there.
  void add_mirror_images(bool with_solids) {
    mirror_.count = 0;
    for (int i = 0; i < rays_.count; ++i) {
      if (rays_.hit[i] < 0) continue;
      const Surface& s = surfaces_[i];
      if (s.gloss < 0.02F) continue;
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
    for (const Lamp& lamp : scene_.lamps) {
      const ToLamp way = centre_of(lamp, s.position);
      c += lit(s, lamp, way.direction, way.distance, -d) * 0.6F;
    }
    return c;
  }

  /// In camera axes.
  Vec3 position(const image::Plane& depth, int x, int y) const {
    const float z = std::min(depth.at(x, y), far_away);
    const float px = (static_cast<float>(x) + 0.5F - 0.5F * static_cast<float>(width_)) * pixel_;
    const float py = (static_cast<float>(y) + 0.5F - 0.5F * static_cast<float>(height_)) * pixel_;
    return {px * z, py * z, z};
  }

  /// How little of the light from everywhere is kept away from a place by what stands near, from
  /// the depth of pixels around it. `turn` in [0, 16) varies which.
  float openness_at(const image::Plane& depth, int x, int y, int turn) const {
    constexpr float radius = 0.35F;  // metres
    const Vec3 p = position(depth, x, y);
    const Frame& f = scene_.camera.frame;
    const Vec3 world = normal_[index(x, y)];
    const Vec3 n{dot(world, f.x), dot(world, f.y), dot(world, f.z)};
    const float reach = std::clamp(radius / (p.z * pixel_), 3.0F, 40.0F);
    float closed = 0;
    for (const auto& probe : probes_[static_cast<size_t>(turn)]) {
      const int sx = x + static_cast<int>(reach * probe[0]);
      const int sy = y + static_cast<int>(reach * probe[1]);
      if (sx < 0 || sy < 0 || sx >= width_ || sy >= height_) continue;
      const Vec3 way = position(depth, sx, sy) - p;
      const float square = dot(way, way) + 1e-8F;
      const float rise = dot(way, n) / std::sqrt(square);
      closed += std::max(rise - 0.1F, 0.0F) / (1 + square / (radius * radius));
    }
    return std::max(0.15F, 1 - 2.4F * closed / probe_count);
  }

  /// Fills openness_: measured for blocks of 2 x 2 pixels, and smoothed within each solid.
  void measure_openness(const image::Plane& depth) {
    const int columns = (width_ + 1) / 2;
    const int rows = (height_ + 1) / 2;
    std::vector<float> coarse(static_cast<size_t>(columns) * static_cast<size_t>(rows), 1.0F);
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        if (hit_[index(2 * x, 2 * y)] < 0) continue;
        coarse[static_cast<size_t>(y) * columns + x] =
            openness_at(depth, 2 * x, 2 * y, (x * 5 + y * 3) % 16);
      }
    }
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        float sum = 0;
        int weight = 0;
        const int32_t own = hit_[index(x, y)];
        for (int by = std::max(0, y / 2 - 1); by <= std::min(rows - 1, y / 2 + 1); ++by) {
          for (int bx = std::max(0, x / 2 - 1); bx <= std::min(columns - 1, x / 2 + 1); ++bx) {
            const bool same = hit_[index(bx * 2, by * 2)] == own;
            sum += same ? coarse[static_cast<size_t>(by) * columns + bx] : 0.0F;
            weight += same ? 1 : 0;
          }
        }
        openness_[index(x, y)] = weight > 0 ? sum / static_cast<float>(weight) : 1.0F;
      }
    }
  }

  bool at_edge(int x, int y) const {
    const size_t i = index(x, y);
    const auto differs = [&](int nx, int ny) {
      if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) return false;
      return hit_[index(nx, ny)] != hit_[i];
    };
    return differs(x + 1, y) || differs(x - 1, y) || differs(x, y + 1) || differs(x, y - 1);
  }

  /// More samples for pixels beside another solid.
  void smooth_edges(int x0, int y0, Film& film) {
    std::array<size_t, bundle_size> pixels;
    int count = 0;
    rays_.count = 0;
    const auto flush = [&] {
      trace(rays_, false);
      shade(0);
      for (int k = 0; k < count; ++k) {
        Vec3 sum = clipped(film.light[pixels[k]]);
        for (int s = 0; s < extra_samples; ++s) {
          const Light& l = lights_[k * extra_samples + s];
          sum += clipped(l.direct + l.around * openness_[pixels[k]]);
        }
        film.light[pixels[k]] = sum * (1.0F / (extra_samples + 1));
      }
      count = 0;
      rays_.count = 0;
    };
    for (int y = y0; y < std::min(height_, y0 + tile); ++y) {
      for (int x = x0; x < std::min(width_, x0 + tile); ++x) {
        if (!at_edge(x, y)) continue;
        pixels[count++] = index(x, y);
        add_primary(static_cast<float>(x) + 0.2F, static_cast<float>(y) + 0.25F);
        add_primary(static_cast<float>(x) + 0.8F, static_cast<float>(y) + 0.75F);
        if (rays_.count + extra_samples > bundle_size) flush();
      }
    }
    if (count > 0) flush();
  }

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
  static constexpr size_t probe_count = 10;
  std::array<std::array<std::array<float, 2>, probe_count>, 16> probes_;  ///< places in a circle
  std::array<Vec3, 64> on_lamp_;  ///< points of a lamp of radius 1

  std::vector<Light> light_;
  std::vector<int32_t> hit_;
  std::vector<Vec3> normal_;
  std::vector<float> openness_;

  // Of the bundle that is being shaded.
  Bundle rays_, shadow_, mirror_;
  std::vector<int32_t> found_;
  std::array<Surface, bundle_size> surfaces_;
  std::array<Light, bundle_size> lights_;
  std::array<Vec3, bundle_size> view_;  ///< unit vectors towards the camera
  std::array<Vec3, bundle_size> gained_, share_;
  std::array<float, bundle_size> amount_;
  std::array<bool, bundle_size> reached_;  ///< by the lamp's light, but for shadows
  std::array<int, bundle_size> who_;
};

}  // namespace

Sample render(const Scene& scene, const TextureBank& bank, Size size, uint64_t seed) {
  return Renderer(scene, bank, size, seed).run();
}

}  // namespace dpt::scene
