// Things to put into scenes. A frame's origin is the middle of the thing's footprint; x runs along
// its width, z up, and it faces -y. Sizes are in metres; most are drawn by the builder.
#pragma once

#include "scene/builder.h"

namespace dpt::scene {

/// How much floor a thing takes: half the width and half the depth.
struct Footprint {
  float x = 0.3F, y = 0.3F;
};

// Furniture (furniture.cpp)
Footprint chair(Builder& b, const Frame& f);
Footprint swivel_chair(Builder& b, const Frame& f);
Footprint rocking_chair(Builder& b, const Frame& f);
Footprint armchair(Builder& b, const Frame& f);
Footprint sofa(Builder& b, const Frame& f);
Footprint table(Builder& b, const Frame& f, float height, int label, bool laid);
Footprint desk(Builder& b, const Frame& f);
Footprint bed(Builder& b, const Frame& f);
Footprint stool(Builder& b, const Frame& f);

// Cupboards and what stands or hangs at walls (fittings.cpp)
Footprint chest(Builder& b, const Frame& f);
Footprint wardrobe(Builder& b, const Frame& f);
Footprint open_closet(Builder& b, const Frame& f);
Footprint bookcase(Builder& b, const Frame& f);
Footprint kitchen(Builder& b, const Frame& f, float width);
Footprint fridge(Builder& b, const Frame& f);
Footprint fireplace(Builder& b, const Frame& f);
Footprint radiator(Builder& b, const Frame& f);
Footprint television(Builder& b, const Frame& f);
Footprint bathroom_thing(Builder& b, const Frame& f);
/// Centre on the wall; faces -y.
void wall_picture(Builder& b, const Frame& f);
void wall_shelf(Builder& b, const Frame& f);
void door(Builder& b, const Frame& f);
void drapes(Builder& b, const Frame& f, float width, float height);
void power_socket(Builder& b, const Frame& f);

// Lamps and loose things (small_things.cpp, table_things.cpp)
Footprint floor_lamp(Builder& b, const Frame& f);
void ceiling_lamp(Builder& b, const Frame& f);
Footprint carton(Builder& b, const Frame& f, float size);
Footprint stack_of_cartons(Builder& b, const Frame& f);
Footprint tub(Builder& b, const Frame& f);
Footprint bag(Builder& b, const Frame& f);
Footprint heap(Builder& b, const Frame& f);
Footprint bin(Builder& b, const Frame& f);
Footprint pair_of_shoes(Builder& b, const Frame& f);
Footprint cable(Builder& b, const Frame& f);
Footprint potted_plant(Builder& b, const Frame& f);
Footprint toy(Builder& b, const Frame& f);
Footprint machine(Builder& b, const Frame& f);
Footprint leaning_board(Builder& b, const Frame& f);
Footprint fan(Builder& b, const Frame& f);
/// Something that stands on a table or a shelf.
Footprint small_thing(Builder& b, const Frame& f);
Footprint book_pile(Builder& b, const Frame& f);
Footprint laptop(Builder& b, const Frame& f);
Footprint monitor(Builder& b, const Frame& f);
/// Something that stands on the floor of a room, of any kind.
Footprint floor_thing(Builder& b, const Frame& f);

// Living things (living.cpp)
Footprint person(Builder& b, const Frame& f);
Footprint sitting_person(Builder& b, const Frame& f);
/// Head and shoulders before the camera; origin at the neck.
void bust(Builder& b, const Frame& f);
Footprint animal(Builder& b, const Frame& f);
Footprint tree(Builder& b, const Frame& f);
Footprint conifer(Builder& b, const Frame& f);
Footprint palm(Builder& b, const Frame& f);
Footprint bush(Builder& b, const Frame& f);
void flowers(Builder& b, const Frame& f);
void tuft(Builder& b, const Frame& f, int material);

// Streets (street_things.cpp)
Footprint car(Builder& b, const Frame& f);
Footprint van(Builder& b, const Frame& f);
Footprint bus(Builder& b, const Frame& f);
Footprint truck(Builder& b, const Frame& f);
Footprint bicycle(Builder& b, const Frame& f);
void streetlight(Builder& b, const Frame& f);
void traffic_light(Builder& b, const Frame& f);
void sign(Builder& b, const Frame& f);
void bench(Builder& b, const Frame& f);
void fence(Builder& b, const Frame& f, float width);
Footprint rock(Builder& b, const Frame& f, float size);
/// Buildings face -y; the origin is the middle of the front's foot.
void building(Builder& b, const Frame& f, float width, float depth, float height);
void house(Builder& b, const Frame& f);

}  // namespace dpt::scene
