#include "task/motion.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dpt::task {

namespace {

using image::Plane;

constexpr int widest = 320;
constexpr int cell = 4;
constexpr int block_reach = 4;   // a block covers 2 x that around a cell's middle
constexpr int search_reach = 4;  // per scale
constexpr int scales = 3;
/// A vector must be better than none by so much (of 255): noise has no motion.
constexpr float still_bonus = 1.5F;

Plane halved(const Plane& in) {
  Plane out(std::max(in.width() / 2, 1), std::max(in.height() / 2, 1));
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      const int right = std::min(2 * x + 1, in.width() - 1);
      const int below = std::min(2 * y + 1, in.height() - 1);
      out.at(x, y) =
          (in.at(2 * x, 2 * y) + in.at(right, 2 * y) + in.at(2 * x, below) + in.at(right, below)) /
          4;
    }
  }
  return out;
}

float at_clamped(const Plane& plane, int x, int y) {
  return plane.at(std::clamp(x, 0, plane.width() - 1), std::clamp(y, 0, plane.height() - 1));
}

/// Mean absolute difference of the block around (x, y) and that at (x + dx, y + dy) in `last`.
float mismatch_of(const Plane& now, const Plane& last, int x, int y, int dx, int dy) {
  float sum = 0;
  for (int j = -block_reach; j < block_reach; ++j) {
    for (int i = -block_reach; i < block_reach; ++i) {
      sum += std::abs(at_clamped(now, x + i, y + j) - at_clamped(last, x + i + dx, y + j + dy));
    }
  }
  return sum / (4.0F * block_reach * block_reach);
}

/// One value per cell of a frame.
Plane cells_of(const Plane& frame) {
  Plane cells((frame.width() + cell - 1) / cell, (frame.height() + cell - 1) / cell);
  std::fill(cells.span().begin(), cells.span().end(), 0.0F);
  return cells;
}

void refine(const Plane& now, const Plane& last, Motion& motion) {
  for (int y = 0; y < motion.dx.height(); ++y) {
    for (int x = 0; x < motion.dx.width(); ++x) {
      const int center_x = x * cell + cell / 2;
      const int center_y = y * cell + cell / 2;
      const int from_x = static_cast<int>(motion.dx.at(x, y));
      const int from_y = static_cast<int>(motion.dy.at(x, y));
      float best = mismatch_of(now, last, center_x, center_y, 0, 0) - still_bonus;
      int best_x = 0;
      int best_y = 0;
      for (int dy = from_y - search_reach; dy <= from_y + search_reach; ++dy) {
        for (int dx = from_x - search_reach; dx <= from_x + search_reach; ++dx) {
          const float mismatch = mismatch_of(now, last, center_x, center_y, dx, dy);
          if (mismatch >= best) continue;
          best = mismatch;
          best_x = dx;
          best_y = dy;
        }
      }
      motion.dx.at(x, y) = static_cast<float>(best_x);
      motion.dy.at(x, y) = static_cast<float>(best_y);
      motion.mismatch.at(x, y) = best_x == 0 && best_y == 0 ? best + still_bonus : best;
    }
  }
}

Plane median(const Plane& in) {
  Plane out(in.width(), in.height());
  for (int y = 0; y < in.height(); ++y) {
    for (int x = 0; x < in.width(); ++x) {
      std::array<float, 9> around{};
      for (int k = 0; k < 9; ++k) {
        around[static_cast<size_t>(k)] = at_clamped(in, x + k % 3 - 1, y + k / 3 - 1);
      }
      std::nth_element(around.begin(), around.begin() + 4, around.end());
      out.at(x, y) = around[4];
    }
  }
  return out;
}

}  // namespace

Plane motion_frame(const image::ImageView& picture) {
  const int step = std::max((picture.width + widest - 1) / widest, 1);
  Plane out(std::max(picture.width / step, 1), std::max(picture.height / step, 1));
  const auto offsets = image::channel_offsets(picture.format);
  const int channels = image::channels_of(picture.format);
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      int sum = 0;
      int count = 0;
      for (int j = y * step; j < std::min((y + 1) * step, picture.height); ++j) {
        const uint8_t* row = picture.row(j);
        for (int i = x * step; i < std::min((x + 1) * step, picture.width); ++i, ++count) {
          const uint8_t* pixel = row + ptrdiff_t{i} * channels;
          sum += 2 * pixel[offsets[0]] + 5 * pixel[offsets[1]] + pixel[offsets[2]];
        }
      }
      out.at(x, y) = static_cast<float>(sum) / (8.0F * static_cast<float>(count));
    }
  }
  return out;
}

Motion find_motion(const Plane& now, const Plane& last) {
  // Coarser frames first; their vectors, doubled, are where the finer search begins.
  std::array<Plane, scales> frames_now;
  std::array<Plane, scales> frames_last;
  for (size_t scale = 1; scale < scales; ++scale) {
    frames_now[scale] = halved(scale == 1 ? now : frames_now[scale - 1]);
    frames_last[scale] = halved(scale == 1 ? last : frames_last[scale - 1]);
  }
  Motion motion;
  for (size_t scale = scales; scale-- > 0;) {
    const Plane& frame = scale == 0 ? now : frames_now[scale];
    Motion finer{cells_of(frame), cells_of(frame), cells_of(frame)};
    for (int y = 0; scale + 1 < scales && y < finer.dx.height(); ++y) {
      for (int x = 0; x < finer.dx.width(); ++x) {
        finer.dx.at(x, y) = 2 * at_clamped(motion.dx, x / 2, y / 2);
        finer.dy.at(x, y) = 2 * at_clamped(motion.dy, x / 2, y / 2);
      }
    }
    refine(frame, scale == 0 ? last : frames_last[scale], finer);
    motion = std::move(finer);
  }
  motion.dx = median(motion.dx);
  motion.dy = median(motion.dy);
  return motion;
}

}  // namespace dpt::task
