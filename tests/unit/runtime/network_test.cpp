// Whole networks at small size: passes, batches, readout modes, sharing. Reference outputs of the
// official code are compared in tests/parity.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "backend/cpu/kernels/simple/resample.h"
#include "base/error.h"
#include "runtime/instruction_set.h"
#include "runtime/session.h"
#include "support/differences.h"
#include "support/hashed_weights.h"
#include "support/reference_file.h"
#include "support/temporary_folder.h"

namespace dpt::runtime {
namespace {

namespace fs = std::filesystem;
using test::range_error;
using testing::HasSubstr;

// float32 sums in another order: the reference's own precision is about 1e-5 of the range.
constexpr double rounding = 1e-5;

/// Bound on the difference between two ways to compute a tiny network, of the output's range.
///
/// On the matrix unit, products are themselves inexact: a float32 operand is taken as two bf16
/// parts (backend/cpu/kernels/arithmetic.h), so that a product errs by up to 3 * 2^-16 of itself;
/// for normally distributed operands by 4.5e-6 in the root mean square, with either sign. In a sum
/// such errors add up as the products do, so that every layer adds about 4.5e-6 of its own size.
/// 36 layers follow each other (patches, 16 in four blocks, 3 of reassembling, 13 of the decoder, 3
/// of the head), twice as many may differ between two ways, and their errors add up like the square
/// root; nothing that damps them is counted. The largest of 10^4 pixels lies 4 deviations out, and
/// these networks' outputs range over 5.7 deviations or more. Together 2.7e-5; seen: 1.5e-5.
double two_ways() {
  if (instruction_set() != "amx") return rounding;
  constexpr double product = 4.5e-6;
  constexpr double layers = 2 * 36;
  return rounding + std::sqrt(layers) * product * 4 / 5.7;
}

fs::path tiny(const std::string& name) { return fs::path(DPT_TEST_DATA) / "tiny" / name; }

const std::vector<std::string> all_tiny = {"vit-depth", "vit-segmentation", "hybrid-depth",
                                           "hybrid-segmentation"};

std::vector<float> run(const std::shared_ptr<Engine>& engine, int64_t batch, int64_t height,
                       int64_t width, int threads = 2) {
  Session session(engine, threads);
  const std::vector<float> input = test::hashed_input(batch, height, width);
  const backend::FloatView output = session.run(input.data(), batch, height, width);
  return {output.data, output.data + output.shape.elements()};
}

TEST(Network, PassesKeepTheResult) {
  for (const std::string& name : all_tiny) {
    EngineOptions plain;
    plain.passes = false;
    for (const auto& [height, width] : {std::pair{96, 96}, {64, 160}, {32, 32}}) {
      EXPECT_LT(range_error(run(Engine::load(tiny(name)), 1, height, width),
                            run(Engine::load(tiny(name), plain), 1, height, width)),
                two_ways())
          << name << " " << height << "x" << width;
    }
  }
}

TEST(Network, ABatchGivesWhatItsPicturesGive) {
  for (const std::string& name : all_tiny) {
    for (const bool passes : {false, true}) {
      EngineOptions options;
      options.passes = passes;
      const auto engine = Engine::load(tiny(name), options);
      const std::vector<float> all = run(engine, 3, 64, 96);
      // The hash runs over the whole batch, so single pictures are cut out of its input.
      const std::vector<float> input = test::hashed_input(3, 64, 96);
      Session session(engine, 1);
      for (size_t n = 0; n < 3; ++n) {
        const backend::FloatView one = session.run(input.data() + n * 64 * 96 * 3, 1, 64, 96);
        const size_t count = all.size() / 3;
        const std::vector<float> part(all.begin() + static_cast<ptrdiff_t>(n * count),
                                      all.begin() + static_cast<ptrdiff_t>((n + 1) * count));
        EXPECT_LT(range_error({one.data, count}, part), rounding) << name << " " << n;
      }
    }
  }
}

TEST(Network, EndsBeforeTheUpsamplingOnRequest) {
  const std::vector<float> input = test::hashed_input(2, 64, 96);
  for (const std::string name : {"vit-segmentation", "hybrid-segmentation"}) {
    for (const bool passes : {false, true}) {
      EngineOptions options;
      options.passes = passes;
      const auto engine = Engine::load(tiny(name), options);
      Session half(engine, 2, model::Ending::before_upsampling);
      const backend::FloatView maps = half.run(input.data(), 2, 64, 96);
      const int64_t classes = engine->config().classes;
      ASSERT_EQ(maps.shape, (Shape{2, 32, 48, classes}));
      std::vector<float> logits(static_cast<size_t>(2 * 64 * 96 * classes));
      cpu::bilinear_reference({.input = maps.data,
                               .batch = 2,
                               .height = 32,
                               .width = 48,
                               .channels = classes,
                               .out_height = 64,
                               .out_width = 96,
                               .output = logits.data()});
      // The same engine and size, with the other ending.
      EXPECT_LT(range_error(logits, run(engine, 2, 64, 96)), rounding) << name;
      EXPECT_EQ(half.run(input.data(), 2, 64, 96).shape, maps.shape);
    }
  }
}

TEST(Network, DepthHasOneEnding) {
  const auto engine = Engine::load(tiny("vit-depth"));
  const std::vector<float> input = test::hashed_input(1, 64, 96);
  Session session(engine, 1, model::Ending::before_upsampling);
  EXPECT_EQ(session.run(input.data(), 1, 64, 96).shape, (Shape{1, 64, 96, 1}));
}

TEST(Network, ReadoutModes) {
  const test::ReferenceFile expected(fs::path(DPT_TEST_DATA) / "readout" / "expected.safetensors");
  for (const std::string mode : {"add", "ignore"}) {
    const test::TemporaryFolder folder;
    const fs::path model = folder.copy(tiny("vit-depth"));
    test::TemporaryFolder::replace(model / "config.json", "\"project\"", "\"" + mode + "\"");
    for (const bool passes : {false, true}) {
      EngineOptions options;
      options.passes = passes;
      EXPECT_LT(range_error(run(Engine::load(model, options), 1, 96, 96), expected.floats(mode)),
                two_ways())
          << mode;
    }
  }
}

TEST(Network, MetricModelsInvertTheOutput) {
  EngineOptions options;
  options.model_type = "dpt_hybrid_nyu";
  const std::vector<float> metres = run(Engine::load(tiny("hybrid-depth"), options), 1, 96, 96);
  const std::vector<float> inverse = run(Engine::load(tiny("hybrid-depth")), 1, 96, 96);
  for (size_t i = 0; i < metres.size(); ++i) {
    const double expected = 1.0 / std::max(0.000305 * inverse[i] + 0.1378, 1e-8);
    ASSERT_NEAR(metres[i], expected, 1e-5 * expected);
  }
}

TEST(Network, TheFormulaOfStandardizationMatters) {
  EngineOptions options;
  options.standardization = graph::WeightStandardization::deviation;
  const auto a = run(Engine::load(tiny("hybrid-depth")), 1, 96, 96);
  const auto b = run(Engine::load(tiny("hybrid-depth"), options), 1, 96, 96);
  EXPECT_GT(range_error(a, b), 1e-6);
  EXPECT_LT(range_error(a, b), 1e-2);
}

TEST(Network, ThreadsAndSessionsDoNotChangeTheResult) {
  const auto engine = Engine::load(tiny("hybrid-depth"));
  const std::vector<float> expected = run(engine, 1, 96, 96, 1);
  std::vector<std::thread> callers;
  std::vector<std::vector<float>> results(4);
  for (size_t i = 0; i < results.size(); ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        results[i] = run(engine, 1, 96, 96, 1 + static_cast<int>(i % 2));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const auto& result : results) EXPECT_EQ(result, expected);
}

TEST(Network, SessionsShareTheConstants) {
  const auto engine = Engine::load(tiny("hybrid-depth"));
  (void)run(engine, 1, 96, 96);
  const size_t once = engine->constant_bytes();
  EXPECT_GT(once, 0U);
  Session session(engine, 1);
  session.prepare(1, 96, 96);
  EXPECT_GT(session.workspace_bytes(), 0U);
  EXPECT_EQ(engine->constant_bytes(), once);
}

TEST(Network, SizesThatDoNotFitAreErrors) {
  const auto engine = Engine::load(tiny("vit-depth"));
  Session session(engine, 1);
  const std::vector<float> input(3 * 100 * 100);
  for (const Shape& s :
       {Shape{1, 100, 96}, {1, 96, 0}, {0, 96, 96}, {1, 32 * 1024, 32}, {1 << 20, 96, 96}}) {
    EXPECT_THAT(test::error_of<Error>([&] { session.run(input.data(), s[0], s[1], s[2]); }),
                HasSubstr("expected sides that are multiples of 32"));
  }
}

TEST(Network, ModelTypesThatContradictTheWeightsAreErrors) {
  const auto load = [](const std::string& name, const std::string& type) {
    EngineOptions options;
    options.model_type = type;
    return test::error_of<Error>([&] { Engine::load(tiny(name), options); });
  };
  EXPECT_THAT(load("vit-depth", "dpt_hybrid_nyu"), HasSubstr("which model type 'dpt_hybrid_nyu'"));
  EXPECT_THAT(load("hybrid-depth", "dpt_large"), HasSubstr("which model type 'dpt_large' is not"));
  EXPECT_THAT(load("hybrid-segmentation", "dpt_hybrid_kitti"), HasSubstr("is metric depth"));
  EXPECT_THAT(load("vit-depth", "midas"), HasSubstr("no model type 'midas'"));
}

TEST(Network, ValuesThatWereKeptCanBeRead) {
  EngineOptions options;
  options.passes = false;
  options.keep = {"block.0", "fusion.1"};
  Session session(Engine::load(tiny("vit-depth"), options), 1);
  const std::vector<float> input = test::hashed_input(1, 96, 96);
  session.run(input.data(), 1, 96, 96);
  EXPECT_EQ(session.value("block.0").shape, (Shape{1, 37, 64}));
  EXPECT_EQ(session.value("fusion.1").shape, (Shape{1, 48, 48, 16}));
  EXPECT_THROW((void)session.value("block.1"), std::out_of_range);
}

TEST(Network, ProfilesEveryStep) {
  Session session(Engine::load(tiny("vit-depth")), 1);
  const std::vector<float> input = test::hashed_input(1, 96, 96);
  std::vector<backend::StepTime> profile;
  session.run(input.data(), 1, 96, 96, &profile);
  EXPECT_GT(profile.size(), 30U);
  double multiply_adds = 0;
  for (const backend::StepTime& step : profile) multiply_adds += step.multiply_adds;
  EXPECT_GT(multiply_adds, 1e6);
}

}  // namespace
}  // namespace dpt::runtime
