#include "scene/close_ups.h"

#include "scene/placing.h"
#include "scene/room.h"

namespace dpt::scene {

namespace {

Vec3 heading_of(const Camera& camera) {
  return normalized({camera.frame.z.x, camera.frame.z.y, 0});
}

/// A frame at `origin` whose front, -y, looks at the camera.
Frame facing(const Camera& camera, Vec3 origin) {
  const Vec3 heading = heading_of(camera);
  return turned(origin, std::atan2(-heading.x, heading.y));
}

/// Takes away the small solids around a place: nothing shall stand through what comes there. Walls
/// and floors stay.
void clear(Scene& scene, Vec3 place, float radius) {
  std::erase_if(scene.primitives, [&](const Primitive& p) {
    const Vec3 from = p.center - place;
    return p.radius < 0.8F && length({from.x, from.y, 0}) < radius + 0.5F * p.radius;
  });
}

void look_at(Builder& b, Vec3 eye, Vec3 target) {
  Random& r = b.random;
  b.scene.camera =
      look(eye, target, r.normal() * (r.chance(0.15F) ? 0.2F : 0.04F), r.range(0.35F, 0.8F));
}

Footprint thing_on_a_table(Builder& b, const Frame& f) {
  Random& r = b.random;
  const float kind = r.unit();
  return kind < 0.78F   ? small_thing(b, f)
         : kind < 0.86F ? book_pile(b, f)
         : kind < 0.9F  ? laptop(b, f)
         : kind < 0.94F ? toy(b, f)
         : kind < 0.97F ? carton(b, f, r.range(0.06F, 0.25F))
                        : bag(b, f);
}

/// A table top that fills the lower part of the picture, or all of it.
void lay_table(Builder& b) {
  Random& r = b.random;
  const Camera& camera = b.scene.camera;
  const float distance = r.log_range(0.35F, 1.3F);
  const float pitch = r.range(0.1F, 1.1F);  // downwards
  const float above = distance * std::sin(pitch);
  Vec3 eye = camera.frame.origin;
  eye.z = std::max(eye.z, above + r.range(0.3F, 0.8F));
  const Vec3 heading = heading_of(camera);
  const Vec3 middle = eye + heading * (distance * std::cos(pitch)) - Vec3{0, 0, above};
  const Frame top =
      facing(camera, middle) * turned({r.range(-0.15F, 0.15F), 0, 0}, r.normal() * 0.3F);
  const float x = r.range(0.3F, 0.9F);
  const float y = r.range(0.25F, 0.6F);
  clear(b.scene, middle, std::max(x, y));

  const int plate = r.chance(0.5F)    ? b.wood()
                    : r.chance(0.35F) ? b.fabric()
                    : r.chance(0.3F)  ? b.picture(Pattern::carpet_pattern)
                    : r.chance(0.5F)  ? b.furniture()
                                      : b.floor();
  if (r.chance(0.75F)) {
    b.box(top, {0, 0, -0.015F}, {x, y, 0.015F}, plate, label::table);
    const int leg = r.chance(0.5F) ? b.metal() : b.wood();
    for (const float sx : {-0.92F, 0.92F})
      for (const float sy : {-0.9F, 0.9F})
        b.rod(top, {sx * x, sy * y, -0.03F}, {sx * x, sy * y, -0.75F}, 0.02F, leg, label::table);
  } else {
    b.cylinder(top, {0, 0, -0.015F}, x, 0.015F, plate, label::table);
    b.rod(top, {0, 0, -0.03F}, {0, 0, -0.75F}, 0.04F, b.metal(), label::table);
  }
  Placing placing(b);
  // What the picture is of stands in its middle; the rest around it, sparsely or in a jumble.
  placing.put(thing_on_a_table, top * turned({}, r.range(0, 6.28F)));
  for (int k = r.chance(0.3F) ? r.integer(10, 25) : r.integer(0, 8); k > 0; --k) {
    const Vec3 place{r.range(-0.9F, 0.9F) * x, r.range(-0.9F, 0.9F) * y, 0};
    placing.put(thing_on_a_table, top * turned(place, r.range(0, 6.28F)));
  }
  look_at(b, eye, middle + Vec3{r.normal(), r.normal(), r.unit()} * (0.08F * distance));
}

/// On the floor, or on whatever is as high as the eyes that look at it.
void put_animal(Builder& b) {
  Random& r = b.random;
  const Camera& camera = b.scene.camera;
  const float distance = r.log_range(0.5F, 2);
  Vec3 eye = camera.frame.origin;
  const Vec3 place = eye + heading_of(camera) * distance - Vec3{0, 0, eye.z};
  clear(b.scene, place, 0.6F);
  const Frame front = facing(camera, place) * turned({}, r.normal() * 0.8F);
  const Footprint size = animal(b, front);
  const float height = 3.5F * size.x;  // of its head
  eye.z = height + distance * r.range(-0.2F, 0.7F);
  look_at(b, {eye.x, eye.y, std::max(eye.z, 0.1F)},
          front.point({0, -0.7F * size.y, height * r.range(0.6F, 1.0F)}));
}

void put_head(Builder& b) {
  Random& r = b.random;
  const Vec3 neck =
      b.scene.camera.frame.point({r.range(-0.2F, 0.2F), r.range(0.05F, 0.2F), r.range(0.6F, 1.6F)});
  bust(b, facing(b.scene.camera, neck) * turned({}, r.range(-0.9F, 0.9F)));
}

/// So near that its foot may lie below the picture.
void put_thing(Builder& b) {
  Random& r = b.random;
  const Camera& camera = b.scene.camera;
  Vec3 eye = camera.frame.origin;
  eye.z = r.range(0.15F, 1.3F);
  const Vec3 heading = heading_of(camera);
  const Frame front = facing(camera, {eye.x, eye.y, 0});
  const auto thing = r.pick<Footprint (*)(Builder&, const Frame&)>(
      {floor_thing, floor_thing, floor_thing, potted_plant, chair, bush, bicycle, machine,
       sitting_person});
  const float distance = r.range(0.7F, 1.6F);
  clear(b.scene, front.origin + heading * distance, 0.8F);
  thing(b, front * turned({r.normal() * 0.15F, distance, 0}, r.range(0, 6.28F)));
  look_at(b, eye, eye + heading * distance + Vec3{0, 0, r.range(-0.5F, 0.15F)});
}

}  // namespace

void add_close_up(Builder& b) {
  const float kind = b.random.unit();
  if (kind < 0.45F)
    lay_table(b);
  else if (kind < 0.6F)
    put_animal(b);
  else if (kind < 0.8F)
    put_head(b);
  else
    put_thing(b);
}

}  // namespace dpt::scene
