#include "scene/trace.h"

#include <gtest/gtest.h>

#include "scene/random.h"

namespace dpt::scene {
namespace {

TEST(Trace, LeavesOutNothingThatIsMet) {
  Random r(9);
  std::vector<Primitive> solids;
  for (int i = 0; i < 200; ++i) {
    const float s = r.log_range(0.02F, 1.5F);
    solids.push_back(make_primitive(
        r.pick({Shape::box, Shape::ellipsoid, Shape::cylinder, Shape::cushion}),
        turned({r.range(-5, 5), r.range(-5, 5), r.range(-5, 5)}, r.range(0, 6)),
        {s, s * r.range(0.05F, 1.0F), s * r.range(0.05F, 1.0F)}, r.range(0.1F, 1.5F)));
  }
  const Bounds bounds(solids);
  for (int round = 0; round < 40; ++round) {
    // Narrow and wide bundles, from one place and from many, as cameras, shadows and mirrors have.
    Bundle b;
    const Vec3 from{r.range(-6, 6), r.range(-6, 6), r.range(-6, 6)};
    const Vec3 way{r.normal(), r.normal(), r.normal()};
    const float spread = r.log_range(0.01F, 1.5F);
    const float apart = r.chance(0.5F) ? 0 : r.range(0, 2);
    for (int i = 0; i < bundle_size; ++i) {
      const Vec3 o = from + Vec3{r.normal(), r.normal(), r.normal()} * apart;
      const Vec3 d = way + Vec3{r.normal(), r.normal(), r.normal()} * spread;
      b.ox[i] = o.x, b.oy[i] = o.y, b.oz[i] = o.z;
      b.dx[i] = d.x, b.dy[i] = d.y, b.dz[i] = d.z;
      b.t[i] = 1e9F;
      b.hit[i] = -1;
    }
    b.count = bundle_size;
    Bundle all = b;
    for (size_t k = 0; k < solids.size(); ++k) intersect(solids[k], static_cast<int32_t>(k), all);
    std::vector<Candidate> scratch;
    Bundle shadows = b;
    trace(solids, bounds, b, false, scratch);
    trace(solids, bounds, shadows, true, scratch);
    for (int i = 0; i < b.count; ++i) {
      EXPECT_EQ(b.t[i], all.t[i]) << "round " << round << ", ray " << i;
      EXPECT_EQ(b.hit[i], all.hit[i]) << "round " << round << ", ray " << i;
      EXPECT_EQ(shadows.hit[i] < 0, all.hit[i] < 0) << "round " << round << ", ray " << i;
    }
  }
}

TEST(Candidates, KnowWhatCastsNoShadow) {
  std::vector<Primitive> solids = {make_primitive(Shape::box, at({0, 3, 0}), {1, 1, 1})};
  solids[0].casts_shadow = false;
  Bundle b;
  b.count = 1;
  b.ox[0] = b.oy[0] = b.oz[0] = b.dx[0] = b.dz[0] = 0;
  b.dy[0] = 1;
  b.t[0] = 100;
  b.hit[0] = -1;
  std::vector<Candidate> found;
  candidates(solids, Bounds(solids), b, true, found);
  EXPECT_TRUE(found.empty());
  candidates(solids, Bounds(solids), b, false, found);
  EXPECT_EQ(found.size(), 1U);
}

}  // namespace
}  // namespace dpt::scene
