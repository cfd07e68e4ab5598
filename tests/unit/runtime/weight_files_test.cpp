// Every wrapping in which weights circulate gives the same depth; damaged ones name the offender.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/half.h"
#include "runtime/session.h"
#include "support/differences.h"
#include "support/hashed_weights.h"
#include "support/reference_file.h"
#include "support/temporary_folder.h"

namespace dpt::runtime {
namespace {

namespace fs = std::filesystem;
using test::range_error;
using testing::AllOf;
using testing::HasSubstr;

fs::path data(const std::string& name) { return fs::path(DPT_TEST_DATA) / name; }

std::vector<float> depth_of(const fs::path& model) {
  Session session(Engine::load(model), 2);
  const std::vector<float> input = test::hashed_input(1, 96, 96);
  const backend::FloatView output = session.run(input.data(), 1, 96, 96);
  return {output.data, output.data + output.shape.elements()};
}

class SameWeights : public testing::TestWithParam<const char*> {};

TEST_P(SameWeights, GiveTheSameDepth) {
  EXPECT_LE(
      range_error(depth_of(data("pt") / GetParam()), depth_of(data("tiny/vit-depth/official.pt"))),
      1e-6);
}

INSTANTIATE_TEST_SUITE_P(PtFiles, SameWeights,
                         testing::Values("legacy_container.pt", "noncontiguous.pt",
                                         "ordered_dict_with_metadata.pt", "parameters.pt",
                                         "shared_storage_views.pt", "wrapped_model_key.pt"));

/// official.pt's weights, each rounded by `round`, as a safetensors file in memory.
template <typename Round>
std::vector<float> depth_of_rounded(const Round& round) {
  const test::ReferenceFile official(data("tiny/vit-depth/official.pt"));
  std::string header = "{";
  std::string bytes;
  for (const std::string& name : official.names()) {
    const size_t begin = bytes.size();
    for (float value : official.floats(name)) {
      value = round(value);
      bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    header += (header.size() > 1 ? ",\"" : "\"") + name + R"(":{"dtype":"F32","shape":)" +
              official.shape(name).text() + ",\"data_offsets\":[" + std::to_string(begin) + "," +
              std::to_string(bytes.size()) + "]}";
  }
  header += "}";
  const uint64_t length = header.size();
  test::MemoryFile file("rounded");
  file.append(&length, sizeof(length));
  file.append(header.data(), header.size());
  file.append(bytes.data(), bytes.size());
  return depth_of(file.path());
}

TEST(HalfWeights, GiveWhatRoundedWeightsGive) {
  const auto half = depth_of_rounded([](float v) { return half_to_float(float_to_half(v)); });
  EXPECT_LE(range_error(depth_of(data("pt/float16.pt")), half), 1e-4);
  const auto small =
      depth_of_rounded([](float v) { return bfloat16_to_float(float_to_bfloat16(v)); });
  EXPECT_LE(range_error(depth_of(data("pt/bfloat16.pt")), small), 1e-4);
}

std::string error_of(const std::string& file) {
  return test::error_of<Error>([&] { depth_of(data("pt") / file); });
}

TEST(BadWeights, AreRefusedNamingTheOffender) {
  EXPECT_THAT(error_of("missing_tensor.pt"), HasSubstr("is missing"));
  EXPECT_THAT(error_of("wrong_shape.pt"), AllOf(HasSubstr("has shape ["), HasSubstr("expected ["),
                                                HasSubstr("fusion width 16")));
  EXPECT_THAT(error_of("nan_weight.pt"), HasSubstr("infinite or not a number in tensor "));
  EXPECT_THAT(error_of("hostile_os_system.pt"), HasSubstr("system"));
}

TEST(BadWeights, HaveTheKindOfAModelError) {
  for (const char* file :
       {"missing_tensor.pt", "wrong_shape.pt", "nan_weight.pt", "hostile_os_system.pt"}) {
    try {
      depth_of(data("pt") / file);
      FAIL() << file;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model) << file;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << file;
    }
  }
}

TEST(BadWeights, AllMissingTensorsAreCounted) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "few.safetensors";
  const std::string header =
      R"({"pretrained.model.pos_embed":{"dtype":"F32","shape":[1,2,1],"data_offsets":[0,8]}})";
  const uint64_t length = header.size();
  test::TemporaryFolder::write(
      file, std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(8, '\0'));
  EXPECT_THAT(test::error_of<Error>([&] { Engine::load(file); }),
              HasSubstr("no transformer block"));
}

TEST(BadWeights, OtherModelsAreNamed) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "other.safetensors";
  const std::string header = R"({"conv1.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const uint64_t length = header.size();
  test::TemporaryFolder::write(
      file, std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(8, '\0'));
  EXPECT_THAT(test::error_of<Error>([&] { Engine::load(file); }),
              AllOf(HasSubstr("is not a DPT that this program knows"), HasSubstr("conv1.weight")));
}

}  // namespace
}  // namespace dpt::runtime
