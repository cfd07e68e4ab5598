// What results are called, and what is refused before any work.
#include "batch/outputs.h"

#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace dpt::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> formats = {"png", "npy"};

Inputs inputs_of(const std::vector<std::string>& names) {
  Inputs inputs;
  for (const std::string& name : names) inputs.files.push_back({name, {}});
  inputs.several = names.size() > 1;
  return inputs;
}

OutputKind depth_to(const std::string& path) { return {"output", "depth", "png", path}; }
OutputKind color_to(const std::string& path) { return {"color", "color", "jpg", path}; }

std::vector<fs::path> planned(const std::vector<std::string>& names,
                              const std::vector<OutputKind>& kinds) {
  Inputs inputs = inputs_of(names);
  std::vector<fs::path> outputs;
  for (const Job& job : plan_outputs(inputs, kinds, {})) {
    outputs.insert(outputs.end(), job.outputs.begin(), job.outputs.end());
  }
  return outputs;
}

std::string refusal(const std::vector<std::string>& names, const std::vector<OutputKind>& kinds,
                    std::string_view other_on_stdout = {}, std::vector<fs::path> also_read = {}) {
  return test::error_of<Error>([&] {
    Inputs inputs = inputs_of(names);
    plan_outputs(inputs, kinds, other_on_stdout, std::move(also_read));
  });
}

using Paths = std::vector<fs::path>;

TEST(PlannedOutputs, StandBesideTheirSource) {
  EXPECT_EQ(planned({"in/a.jpg"}, {depth_to(""), color_to("")}),
            (Paths{"in/a.depth.png", "in/a.color.jpg"}));
}

TEST(PlannedOutputs, FollowThePrimaryResult) {
  EXPECT_EQ(planned({"in/a.jpg"}, {depth_to("out/b.depth.png"), color_to("")}),
            (Paths{"out/b.depth.png", "out/b.color.jpg"}));
  EXPECT_EQ(planned({"in/a.jpg"}, {depth_to("out/"), color_to("views/")}),
            (Paths{"out/a.depth.png", "views/a.color.jpg"}));
}

TEST(PlannedOutputs, KeepTheFoldersOfAListedFolder) {
  Inputs inputs;
  inputs.files = {{"photos/a.jpg", ""}, {"photos/day/a.jpg", "day"}};
  inputs.several = true;
  const std::vector<OutputKind> kinds = {depth_to("out/")};
  const std::vector<Job> jobs = plan_outputs(inputs, kinds, {});
  EXPECT_EQ(jobs[0].outputs, (Paths{"out/a.depth.png"}));
  EXPECT_EQ(jobs[1].outputs, (Paths{"out/day/a.depth.png"}));
}

TEST(PlannedOutputs, KeepExtensionsWhereStemsCollide) {
  EXPECT_EQ(planned({"a.jpg", "a.png", "b.jpg"}, {depth_to("out/")}),
            (Paths{"out/a.jpg.depth.png", "out/a.png.depth.png", "out/b.depth.png"}));
  // The full name of one is the stem of another.
  EXPECT_EQ(planned({"a.jpg", "a.png", "a.jpg.png"}, {depth_to("out/")}),
            (Paths{"out/a.jpg.depth.png", "out/a.png.depth.png", "out/a.jpg.png.depth.png"}));
}

TEST(PlannedOutputs, RefuseOneFileForSeveral) {
  EXPECT_EQ(refusal({"a.jpg", "b.jpg"}, {depth_to("out.png")}),
            "output out.png: one file for several inputs; name a folder (without an extension, or "
            "ending in a slash)");
}

TEST(PlannedOutputs, RefuseTwoOnStandardOutput) {
  EXPECT_EQ(refusal({"a.jpg"}, {depth_to("-"), color_to("-")}),
            "only one result can go to standard output, not output and color");
  EXPECT_EQ(refusal({"a.jpg"}, {depth_to("-")}, "records"),
            "only one result can go to standard output, not output and records");
}

TEST(PlannedOutputs, RefuseToOverwriteWhatIsRead) {
  EXPECT_EQ(refusal({"a.png"}, {depth_to("./a.png")}),
            "./a.png: would be overwritten, and is an input");
  EXPECT_EQ(refusal({"a.jpg"}, {depth_to("weights.png")}, {}, {"weights.png"}),
            "weights.png: would be overwritten, and is an input");
}

TEST(PlannedOutputs, RefuseOneNameForTwoResults) {
  EXPECT_EQ(refusal({"a.jpg"}, {depth_to("x.png"), color_to("./x.png")}),
            "./x.png: two results of a.jpg would have this name");
  EXPECT_EQ(refusal({"a.jpg", "a.jpg"}, {depth_to("out/")}),
            "out/a.jpg.depth.png: would hold the result of both a.jpg and a.jpg");
}

TEST(PlannedOutputs, OfAListTheFirstKeepsAName) {
  Inputs inputs = inputs_of({"a.jpg", "a.jpg", "b.jpg"});
  inputs.listed = true;
  const std::vector<OutputKind> kinds = {depth_to("out/")};
  const std::vector<Job> jobs = plan_outputs(inputs, kinds, {});
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].input, "b.jpg");
  EXPECT_EQ(inputs.files.size(), 2U);
  EXPECT_EQ(inputs.problems, (std::vector<std::string>{
                                 "a.jpg: left out: its result out/a.jpg.depth.png would be that of "
                                 "a.jpg"}));
}

TEST(PlannedOutputs, RefuseResultsBesideAPipe) {
  EXPECT_EQ(refusal({"/dev/fd/63"}, {depth_to("")}),
            "/dev/fd/63: output must name its result, a file or a folder");
  EXPECT_EQ(planned({"/dev/fd/63"}, {depth_to("out/")}), (Paths{"out/63.depth.png"}));
}

TEST(PlannedOutputs, FoldersAreMadeAtTheEnd) {
  const test::TemporaryFolder folder;
  const fs::path target = folder.path() / "new";
  Inputs inputs = inputs_of({"a.jpg"});
  const std::vector<OutputKind> kinds = {depth_to(target.string() + "/")};
  const std::vector<Job> jobs = plan_outputs(inputs, kinds, {});
  EXPECT_FALSE(fs::exists(target));
  make_folders(jobs);
  EXPECT_TRUE(fs::is_directory(target));
}

TEST(ChosenFormat, IsTheExtensionsOrTheGivenOrTheFirst) {
  EXPECT_EQ(choose_format({"output", "a.npy"}, {"format", ""}, formats), "npy");
  EXPECT_EQ(choose_format({"output", "out/"}, {"format", "npy"}, formats), "npy");
  EXPECT_EQ(choose_format({"output", "-"}, {"format", ""}, formats), "png");
  EXPECT_EQ(choose_format({"output", ""}, {"format", ""}, formats), "png");
}

TEST(ChosenFormat, NamesWhatWasGiven) {
  const auto error = [](const char* path, const char* format) {
    return test::error_of<Error>([&] {
      choose_format({"output", path}, {"format", format}, formats);
    });
  };
  EXPECT_EQ(error("a.gif", ""),
            "output a.gif: unknown extension .gif; known are .png, .npy, and a folder ends in a "
            "slash");
  EXPECT_EQ(error("a.npy", "png"), "output a.npy: the extension contradicts format png");
}

}  // namespace
}  // namespace dpt::batch
