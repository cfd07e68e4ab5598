#include "scene/film.h"

#include <algorithm>
#include <cmath>

#include "scene/simd.h"

namespace dpt::scene {

namespace {

/// Exposure that brings the picture's logarithmic mean to a middle grey.
float automatic_exposure(const Film& film) {
  double sum = 0;
  int count = 0;
  for (size_t i = 0; i < film.light.size(); i += 5) {
    sum += std::log(std::clamp(brightness(film.light[i]), 1e-3F, 20.0F));
    ++count;
  }
  return 0.2F / static_cast<float>(std::exp(sum / count));
}

/// Mean along a line of `taps` + 1 places around each pixel.
Film smeared(const Film& film, float dx, float dy) {
  const int taps = std::max(1, static_cast<int>(std::max(std::abs(dx), std::abs(dy)) * 2));
  Film out(film.width, film.height);
  for (int y = 0; y < film.height; ++y) {
    for (int x = 0; x < film.width; ++x) {
      Vec3 sum;
      for (int k = 0; k <= taps; ++k) {
        const float t = static_cast<float>(k) / static_cast<float>(taps) - 0.5F;
        const int sx = std::clamp(static_cast<int>(std::lround(x + t * dx)), 0, film.width - 1);
        const int sy = std::clamp(static_cast<int>(std::lround(y + t * dy)), 0, film.height - 1);
        sum += film.at(sx, sy);
      }
      out.at(x, y) = sum * (1.0F / static_cast<float>(taps + 1));
    }
  }
  return out;
}

struct Weights {
  float near, far, norm;
};

DPT_SCENE_SIMD void weigh(const std::array<const float*, 5>& taps, Weights w, int count,
                          float* __restrict out) {
  const float* a = taps[0];
  const float* b = taps[1];
  const float* c = taps[2];
  const float* d = taps[3];
  const float* e = taps[4];
  for (int i = 0; i < count; ++i)
    out[i] = (c[i] + (b[i] + d[i]) * w.near + (a[i] + e[i]) * w.far) * w.norm;
}

/// Five taps in each direction, close to a Gaussian.
Film blurred(const Film& film, float deviation) {
  // The weights of a Gaussian, which serve up to a deviation of about 1.5 pixels.
  const float e = std::exp(-0.5F / (deviation * deviation));
  const float w1 = e;
  const float w2 = e * e * e * e;
  const float norm = 1 / (1 + 2 * w1 + 2 * w2);
  // The three channels lie side by side.
  const auto pass = [&](const Film& from, bool upwards) {
    Film out(from.width, from.height);
    const int length = upwards ? from.height : from.width;
    for (int y = 0; y < from.height; ++y) {
      if (upwards) {
        const auto line = [&](int k) { return &from.at(0, std::clamp(y + k, 0, length - 1)).x; };
        weigh({line(-2), line(-1), line(0), line(1), line(2)}, {w1, w2, norm}, 3 * from.width,
              &out.at(0, y).x);
        continue;
      }
      const float* row = &from.at(0, y).x;
      if (length > 4) {
        weigh({row, row + 3, row + 6, row + 9, row + 12}, {w1, w2, norm}, 3 * (length - 4),
              &out.at(2, y).x);
      }
      for (int x = 0; x < length; x = x == 1 && length > 4 ? length - 2 : x + 1) {
        const auto tap = [&](int k) { return from.at(std::clamp(x + k, 0, length - 1), y); };
        out.at(x, y) = (tap(0) + (tap(-1) + tap(1)) * w1 + (tap(-2) + tap(2)) * w2) * norm;
      }
    }
    return out;
  };
  return pass(pass(film, false), true);
}

/// Each pixel from a copy that is as blurred as its depth says.
Film defocused(const Film& film, const image::Plane& depth, float focus, float aperture) {
  constexpr float step = 1.4F;
  // Copies, and their deviations: those of one blur after the other add up as squares.
  std::vector<Film> copies{film};
  std::vector<float> deviations{0};
  Film next = film;
  for (int n = 1; deviations.back() < aperture; ++n) {
    next = blurred(next, step);
    if (n != 1 && n != 3 && n % 8 != 0) continue;
    copies.push_back(next);
    deviations.push_back(step * std::sqrt(static_cast<float>(n)));
  }
  Film out(film.width, film.height);
  for (size_t i = 0; i < film.light.size(); ++i) {
    const float wanted = aperture * std::min(std::abs(1 - focus / depth.data()[i]), 1.0F);
    size_t k = 1;
    while (deviations[k] < wanted) ++k;
    const float t = (wanted - deviations[k - 1]) / (deviations[k] - deviations[k - 1]);
    out.light[i] = mix(copies[k - 1].light[i], copies[k].light[i], t);
  }
  return out;
}

/// Red and blue drawn apart towards the corners.
Film fringed(const Film& film, float pixels) {
  Film out(film.width, film.height);
  const float cx = 0.5F * static_cast<float>(film.width - 1);
  const float cy = 0.5F * static_cast<float>(film.height - 1);
  const float scale = pixels / std::max(cx, 1.0F);
  for (int y = 0; y < film.height; ++y) {
    for (int x = 0; x < film.width; ++x) {
      const float dx = (static_cast<float>(x) - cx) * scale;
      const float dy = (static_cast<float>(y) - cy) * scale;
      const auto tap = [&](float s) {
        return film.at(std::clamp(static_cast<int>(std::lround(x + s * dx)), 0, film.width - 1),
                       std::clamp(static_cast<int>(std::lround(y + s * dy)), 0, film.height - 1));
      };
      out.at(x, y) = {tap(1).x, film.at(x, y).y, tap(-1).z};
    }
  }
  return out;
}

void add_bloom(Film& film, float amount, float threshold) {
  // Bright light spreads over a picture of an eighth of the size and comes back.
  const int w = (film.width + 7) / 8;
  const int h = (film.height + 7) / 8;
  Film small(w, h);
  for (int y = 0; y < film.height; ++y) {
    for (int x = 0; x < film.width; ++x) {
      const Vec3 c = film.at(x, y);
      const float over = brightness(c) - threshold;
      if (over > 0) small.at(x / 8, y / 8) += c * (std::min(over / threshold, 4.0F) / 64);
    }
  }
  small = blurred(small, 1.4F);
  for (int y = 0; y < film.height; ++y) {
    const float sy = std::max(0.0F, (static_cast<float>(y) - 3.5F) / 8);
    const int y0 = std::min(static_cast<int>(sy), h - 1);
    const int y1 = std::min(y0 + 1, h - 1);
    const float fy = sy - static_cast<float>(y0);
    for (int x = 0; x < film.width; ++x) {
      const float sx = std::max(0.0F, (static_cast<float>(x) - 3.5F) / 8);
      const int x0 = std::min(static_cast<int>(sx), w - 1);
      const int x1 = std::min(x0 + 1, w - 1);
      const float fx = sx - static_cast<float>(x0);
      film.at(x, y) += mix(mix(small.at(x0, y0), small.at(x1, y0), fx),
                           mix(small.at(x0, y1), small.at(x1, y1), fx), fy) *
                       amount;
    }
  }
}

/// Display value for linear light: a shoulder, then the display's gamma, in a table.
class ToneCurve {
 public:
  explicit ToneCurve(float contrast) {
    for (size_t i = 0; i < table_.size(); ++i) {
      const float x = 4 * static_cast<float>(i) / static_cast<float>(table_.size() - 1);
      const float shoulder = x < 0.6F ? x : 1 - 0.4F * std::exp(-(x - 0.6F) / 0.4F);
      const float display = std::pow(shoulder, 1 / 2.2F);
      table_[i] = std::clamp(0.5F + (display - 0.5F) * contrast, 0.0F, 1.0F);
    }
  }
  float operator()(float v) const {
    const float at = std::clamp(v, 0.0F, 4.0F) * (static_cast<float>(table_.size() - 1) / 4);
    const auto i = std::min(static_cast<size_t>(at), table_.size() - 2);
    return mix(table_[i], table_[i + 1], at - static_cast<float>(i));
  }

 private:
  std::array<float, 1024> table_{};
};

}  // namespace

image::Image develop(Film film, const image::Plane& depth, const Sensor& s, Random& random) {
  const float exposure = automatic_exposure(film) * s.exposure;
  if (s.aperture > 0.3F) film = defocused(film, depth, s.focus, s.aperture);
  if (s.bloom > 0) add_bloom(film, s.bloom, 1.5F / exposure);
  if (std::abs(s.motion_x) + std::abs(s.motion_y) > 0.7F)
    film = smeared(film, s.motion_x, s.motion_y);
  if (s.blur > 0.2F) film = blurred(film, s.blur);
  if (s.aberration > 0.3F) film = fringed(film, s.aberration);

  const ToneCurve curve(s.contrast);
  const float cx = 0.5F * static_cast<float>(film.width);
  const float cy = 0.5F * static_cast<float>(film.height);
  const float corner = 1 / (cx * cx + cy * cy);
  for (int y = 0; y < film.height; ++y) {
    for (int x = 0; x < film.width; ++x) {
      const float dx = static_cast<float>(x) - cx;
      const float dy = static_cast<float>(y) - cy;
      const float shade = 1 - s.vignette * (dx * dx + dy * dy) * corner;
      Vec3 c = film.at(x, y) * s.balance * (exposure * shade);
      const float gray = brightness(c);
      c = mix({gray, gray, gray}, c, s.saturation);
      Vec3 d{curve(c.x), curve(c.y), curve(c.z)};
      if (s.noise > 0) {
        // Stronger in the shadows once the gamma has been applied; partly the same in all channels.
        const float sigma = s.noise * (1.4F - d.y);
        const float common = random.normal();
        d += Vec3{common + 0.6F * random.normal(), common, common + 0.6F * random.normal()} *
             (0.7F * sigma);
      }
      film.at(x, y) = d;
    }
  }
  if (s.sharpen > 0.05F) {
    const Film soft = blurred(film, 0.9F);
    for (size_t i = 0; i < film.light.size(); ++i) {
      film.light[i] += (film.light[i] - soft.light[i]) * s.sharpen;
    }
  }
  image::Image out(film.width, film.height);
  for (size_t i = 0; i < film.light.size(); ++i) {
    uint8_t* p = out.data() + 3 * i;
    p[0] = to_byte(film.light[i].x);
    p[1] = to_byte(film.light[i].y);
    p[2] = to_byte(film.light[i].z);
  }
  return out;
}

}  // namespace dpt::scene
