#include "model/model_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "model/dpt/family.h"
#include "model/families.h"

namespace dpt::model {
namespace {

std::string_view type_name(std::string_view file) {
  const ModelType* type = model_type_of_file(file, dpt_family.types);
  return type == nullptr ? "none" : type->name;
}

TEST(ModelType, FileNamesOfTheOfficialReleases) {
  EXPECT_EQ(type_name("dpt_large-midas-2f21e586.pt"), "dpt_large");
  EXPECT_EQ(type_name("dpt_hybrid-midas-501f0c75.pt"), "dpt_hybrid");
  EXPECT_EQ(type_name("dpt_hybrid_kitti-cb926ef4.pt"), "dpt_hybrid_kitti");
  EXPECT_EQ(type_name("dpt_hybrid_nyu-2ce69ec7.pt"), "dpt_hybrid_nyu");
  EXPECT_EQ(type_name("dpt_hybrid_nyu_new-217f207d.pt"), "dpt_hybrid_nyu");
  EXPECT_EQ(type_name("dpt_hybrid-ade20k-53898607.safetensors"), "dpt_hybrid");
  EXPECT_EQ(type_name("dpt_large_384.pt"), "dpt_large");
  EXPECT_EQ(type_name("model.safetensors"), "none");
  EXPECT_EQ(type_name("dpt_hybridization.pt"), "none");
}

TEST(ModelType, MetricConstants) {
  ASSERT_TRUE(model_type("dpt_hybrid_kitti").metric.has_value());
  EXPECT_EQ(model_type("dpt_hybrid_kitti").metric->file_unit, 256.0F);
  EXPECT_EQ(model_type("dpt_hybrid_nyu").metric->file_unit, 1000.0F);
  EXPECT_EQ(model_type("dpt_hybrid_nyu").input_width, 640);
  EXPECT_FALSE(model_type("dpt_hybrid").metric.has_value());
}

TEST(ModelType, UnknownNamesListTheKnownOnes) {
  try {
    model_type("dpt_huge");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(),
                 "no model type 'dpt_huge'; known are dpt_large, dpt_base, dpt_hybrid, "
                 "dpt_hybrid_kitti, dpt_hybrid_nyu");
  }
}

}  // namespace
}  // namespace dpt::model
