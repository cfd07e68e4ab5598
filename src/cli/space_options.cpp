#include "cli/space_options.h"

#include <algorithm>

#include "base/error.h"
#include "image/resample/resize.h"

namespace dpt::cli {

namespace {

constexpr double usual_view = 60;      // degrees
constexpr int largest_texture = 4096;  // that every viewer takes

}  // namespace

void add_space_options(Parser& command, SpaceOptions& options) {
  const GroupScope scope(command, group::space);
  add_extra(command, "--ply", options.ply,
            "point cloud with colours and normals. Default: STEM.points.ply");
  add_extra(command, "--glb", options.glb, "textured mesh (binary glTF). Default: STEM.mesh.glb");
  const auto add = [&](const char* name, auto& value, const char* description) {
    return command.add_option(name, value, description)->each([&options, name](const std::string&) {
      options.given = name;
    });
  };
  add("--focal", options.focal, "focal length in pixels, for --ply and --glb")
      ->check(range(1.0, 1e6))
      ->type_name("PIXELS");
  add("--fov", options.view, "angle that the picture's width spans; default: by EXIF, else 60")
      ->check(range(1.0, 170.0))
      ->type_name("DEGREES");
  add("--near", options.near, "distance of the nearest point, for relative depth; default: 1")
      ->check(range(1e-6, 1e6))
      ->type_name("D");
  add("--far", options.far, "distance of the farthest point; default: 10")
      ->check(range(1e-6, 1e6))
      ->type_name("D");
  add("--max-points", options.surface.most_vertices,
      "of clouds and meshes, which leave out rows and columns; default: 1000000")
      ->check(range(int64_t{4}, int64_t{1} << 28))
      ->type_name("N");
  add("--edge-filter", options.surface.largest_step,
      "largest relative step of distance between neighbours of one surface; points beside larger "
      "ones are left out; 0: none are; default: 0.04")
      ->check(range(0.0, 1e6))
      ->type_name("R");
}

void check_space_options(const SpaceOptions& options) {
  if (!options.given.empty() && !options.ply.wanted && !options.glb.wanted) {
    fail(ErrorKind::usage, "{} is for --ply and --glb, and neither is given", options.given);
  }
  if (options.focal && options.view) {
    fail(ErrorKind::usage, "--focal and --fov: expected one of them");
  }
  if (options.near < options.far) return;
  fail(ErrorKind::usage, "--near {} --far {}: expected near to be smaller", options.near,
       options.far);
}

geometry::Camera camera_for(const SpaceOptions& options, const image::Photograph& photograph,
                            const image::ImageView& view) {
  const int width = photograph.image.width();
  const int height = photograph.image.height();
  geometry::Camera camera =
      geometry::camera_of_view(width, height, options.view.value_or(usual_view));
  if (options.focal) {
    camera = geometry::camera_of_focal(width, height, *options.focal);
  } else if (!options.view && photograph.focal_35mm > 0) {
    camera = geometry::camera_of_35mm(width, height, photograph.focal_35mm);
  }
  return geometry::camera_of_focal(view.width, view.height, camera.focal);
}

geometry::Surface surface_of(const SpaceOptions& options, const image::Plane& depth,
                             const image::ImageView& view, const geometry::Camera& camera,
                             const std::optional<model::MetricDepth>& metric) {
  if (metric) return geometry::make_surface(depth, view, camera, options.surface);
  return geometry::make_surface(geometry::distances_of_relative(depth, options.near, options.far),
                                view, camera, options.surface);
}

image::Bytes encode_texture(const image::ImageView& view) {
  const int side = std::max(view.width, view.height);
  if (side <= largest_texture) return image::encode_png(view);
  const auto scaled = [&](int length) {
    return std::max(static_cast<int>(int64_t{length} * largest_texture / side), 1);
  };
  return image::encode_png(
      image::resize_pil(view, scaled(view.width), scaled(view.height), image::PilFilter::bicubic));
}

}  // namespace dpt::cli
