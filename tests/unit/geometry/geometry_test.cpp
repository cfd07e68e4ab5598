#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "geometry/camera.h"
#include "geometry/glb.h"
#include "geometry/surface.h"

namespace dpt::geometry {
namespace {

image::Image gray(int width, int height) {
  image::Image picture(width, height);
  std::memset(picture.data(), 100, picture.bytes());
  return picture;
}

TEST(Camera, ThreeWaysToSayTheSame) {
  // 36 x 24 mm film in a 3:2 picture: 50 mm is 2000 of 1440 pixels' width / 36 * 50.
  EXPECT_NEAR(camera_of_35mm(1440, 960, 50).focal, 2000, 1e-9);
  EXPECT_NEAR(camera_of_view(1440, 960, 90).focal, 720, 1e-9);
  EXPECT_EQ(camera_of_focal(1440, 960, 500).center_y, 480);
}

TEST(Distances, SpanNearToFarLinearlyInTheirInverse) {
  image::Plane inverse(3, 1);
  inverse.at(0, 0) = -1;
  inverse.at(1, 0) = 0;
  inverse.at(2, 0) = 1;
  const image::Plane d = distances_of_relative(inverse, 1, 4);
  EXPECT_FLOAT_EQ(d.at(0, 0), 4);
  EXPECT_FLOAT_EQ(d.at(1, 0), 1.6F);
  EXPECT_FLOAT_EQ(d.at(2, 0), 1);
  inverse.at(1, 0) = std::nanf("");
  EXPECT_EQ(distances_of_relative(inverse, 1, 4).at(1, 0), 0);
}

/// A wall at 5 with a board at 2 in front of its right half.
image::Plane two_walls(int width, int height) {
  image::Plane plane(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) plane.at(x, y) = x < width / 2 ? 5.0F : 2.0F;
  }
  return plane;
}

TEST(Surface, NoTriangleBridgesNearAndFar) {
  const Surface surface =
      make_surface(two_walls(20, 10), gray(20, 10), camera_of_focal(20, 10, 20));
  EXPECT_EQ(surface.vertices.size(), 18U * 10U);  // without one column on each side
  EXPECT_EQ(surface.triangles.size(), 2U * (8U + 8U) * 9U);
  for (const auto& t : surface.triangles) {
    EXPECT_EQ(surface.vertices[t[0]].position[2], surface.vertices[t[1]].position[2]);
    EXPECT_EQ(surface.vertices[t[0]].position[2], surface.vertices[t[2]].position[2]);
  }
  const Surface joined = make_surface(two_walls(20, 10), gray(20, 10), camera_of_focal(20, 10, 20),
                                      {.largest_step = 0});
  EXPECT_EQ(joined.triangles.size(), 2U * 19U * 9U);
}

TEST(Surface, IsFilteredBeforeItIsThinned) {
  // A slope: 1 % from one pixel to the next, 22 % from one sample to the next.
  image::Plane slope(400, 400);
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 400; ++x) slope.at(x, y) = std::pow(1.01F, static_cast<float>(x));
  }
  const SurfaceOptions few = {.most_vertices = 400};
  const Camera camera = camera_of_focal(400, 400, 400);
  const Surface surface = make_surface(slope, gray(400, 400), camera, few);
  EXPECT_EQ(surface.vertices.size(), 20U * 20U);
  EXPECT_EQ(surface.triangles.size(), 2U * 19U * 19U);
  // A step between two samples parts them; a ditch as well, though both its sides are alike.
  for (int y = 0; y < 400; ++y) slope.at(205, y) *= 2;
  EXPECT_EQ(make_surface(slope, gray(400, 400), camera, few).triangles.size(), 2U * 18U * 19U);
}

TEST(Surface, NormalsOfAWallFaceTheCamera) {
  image::Plane wall(8, 8);
  std::fill(wall.span().begin(), wall.span().end(), 3.0F);
  const Surface surface = make_surface(wall, gray(8, 8), camera_of_focal(8, 8, 8));
  for (const Vertex& vertex : surface.vertices) EXPECT_NEAR(vertex.normal[2], 1, 1e-5);
}

TEST(Surface, TakesNoMoreVerticesThanWantedAndNoneWithoutDepth) {
  image::Plane wall(100, 50);
  std::fill(wall.span().begin(), wall.span().end(), 3.0F);
  wall.at(0, 0) = 0;
  const Surface surface =
      make_surface(wall, gray(100, 50), camera_of_focal(100, 50, 80), {.most_vertices = 600});
  EXPECT_EQ(surface.vertices.size(), 34U * 17U - 1U);
  EXPECT_THROW(make_surface(wall, gray(10, 50), camera_of_focal(10, 50, 80)), Error);
}

TEST(Glb, RefusesASurfaceWithoutTriangles) { EXPECT_THROW(encode_glb({}, {}), Error); }

}  // namespace
}  // namespace dpt::geometry
