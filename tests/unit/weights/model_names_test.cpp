// Tables of names, and which of several knows a file.
#include "weights/model_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace dpt::weights {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<NameRule, 4> first_rules = {{
    {"backbone.{i}.*", "a.layer.{i}.*"},
    {"backbone.stem.*", "a.stem.*", NameKind::same, {}, "backbone.deep"},
    {"backbone.stem.*", "a.deep.stem.*", NameKind::same, "backbone.deep", {}},
    {"head.*", "shared.*"},
}};
constexpr std::array<NameRule, 3> second_rules = {{
    {"body.{i}.qkv.*", "b.{i}.{part}.*", NameKind::split_thirds},
    {"body.unused", "", NameKind::dropped},
    {"head.*", "shared.*"},
}};
constexpr NameTable first{"backbone.", "head.", first_rules};
constexpr NameTable second{"body.", "head.", second_rules};
constexpr std::array<const NameTable*, 2> tables = {&first, &second};

std::vector<NamedModel> found(const std::vector<std::string_view>& names) {
  return find_models(names, tables);
}

TEST(NameTable, SaysWhereANameGoesByWhatElseTheModelHas) {
  const auto plain = [](std::string_view) { return false; };
  const auto deep = [](std::string_view name) { return name == "backbone.deep"; };
  EXPECT_THAT(first.to_hugging_face("backbone.stem.bias", plain), ElementsAre("a.stem.bias"));
  EXPECT_THAT(first.to_hugging_face("backbone.stem.bias", deep), ElementsAre("a.deep.stem.bias"));
  EXPECT_EQ(first.to_official("a.stem.bias"), first.to_official("a.deep.stem.bias"));
  EXPECT_THAT(second.to_hugging_face("body.3.qkv.bias", plain),
              ElementsAre("b.3.query.bias", "b.3.key.bias", "b.3.value.bias"));
  EXPECT_THAT(second.to_hugging_face("body.unused", plain), IsEmpty());
  EXPECT_TRUE(second.is_official("body.unused"));
  EXPECT_FALSE(no_names.is_official("head.bias"));
}

TEST(FindModels, TakesTheTableThatKnowsMost) {
  EXPECT_EQ(found({"backbone.0.bias", "head.bias"}).front().table, &first);
  EXPECT_EQ(found({"body.0.qkv.bias", "head.bias"}).front().table, &second);
  EXPECT_EQ(found({"x.b.0.key.bias", "x.shared.bias"}).front().table, &second);
  EXPECT_EQ(found({"x.b.0.key.bias", "x.shared.bias"}).front().prefix, "x.");
  // A whole model before more names of a part.
  EXPECT_EQ(found({"backbone.0.a", "backbone.0.b", "backbone.0.c", "x.body.0.qkv.bias", "x.head.a"})
                .front()
                .table,
            &second);
}

TEST(FindModels, OfTablesThatKnowTheSameTakesTheFirst) {
  EXPECT_EQ(found({"head.bias"}).front().table, &first);
  EXPECT_THAT(found({"nobody.knows"}), IsEmpty());
  EXPECT_THAT(find_models(std::array<std::string_view, 1>{"head.bias"}, {}), IsEmpty());
}

}  // namespace
}  // namespace dpt::weights
