// Point clouds and meshes of `dpt depth`.
#pragma once

#include <optional>
#include <string>

#include "cli/parse.h"
#include "geometry/camera.h"
#include "geometry/surface.h"
#include "image/codec/read.h"
#include "image/codec/write.h"
#include "model/model_type.h"

namespace dpt::cli {

struct SpaceOptions {
  Extra ply, glb;
  std::optional<double> focal;  ///< pixels
  std::optional<double> view;   ///< degrees across the picture
  double near = 1;              ///< of relative depth: distances of the nearest and farthest value
  double far = 10;
  geometry::SurfaceOptions surface;
  std::string given;  ///< one of the options that only clouds and meshes have; empty: none
};

/// --ply, --glb, --focal, --fov, --near, --far, --max-points and --edge-filter.
void add_space_options(Parser& command, SpaceOptions& options);

/// Throws Error(usage) where near is not in front of far, for two focal lengths, and for options of
/// clouds and meshes where neither is wanted.
void check_space_options(const SpaceOptions& options);

/// The camera that the options or the photograph's EXIF data tell, else one of 60 degrees across;
/// `view` is the photograph or its middle (--kitti-crop).
geometry::Camera camera_for(const SpaceOptions& options, const image::Photograph& photograph,
                            const image::ImageView& view);

/// The surface that `depth` (of the view's size; metres, or relative inverse depth) shows.
geometry::Surface surface_of(const SpaceOptions& options, const image::Plane& depth,
                             const image::ImageView& view, const geometry::Camera& camera,
                             const std::optional<model::MetricDepth>& metric);

/// The picture as a mesh's texture: PNG, at most 4096 pixels a side.
image::Bytes encode_texture(const image::ImageView& view);

}  // namespace dpt::cli
