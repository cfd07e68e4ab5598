// The program dpt: its sub-commands. `dpt video` is the program dpt-video, which stands beside it.
#include <unistd.h>

#include <CLI/App.hpp>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/program.h"

namespace dpt::cli {

namespace {

constexpr std::string_view video = "video";

/// For the help and for suggestions; run() never comes to parse it.
void add_video_name(CLI::App& app, Command& /*chosen*/) {
  app.add_subcommand(std::string(video), "Depth or segmentation of videos, cameras and streams");
}

/// FFmpeg's libraries load 200 others (50 ms, 40 MB), which a photograph has no use for.
[[noreturn]] void become_dpt_video(std::vector<std::string> arguments) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "dpt-video").string();
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (size_t i = 1; i < arguments.size(); ++i) argv.push_back(arguments[i].data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  fail(ErrorKind::resource, "{}: the program for videos is not there (built without FFmpeg?)",
       printable(program, 1000));
}

int run(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments[0] == video) become_dpt_video(std::move(arguments));
  constexpr std::array<AddCommand, 6> commands = {add_depth, add_segment, add_video_name,
                                                  add_info,  add_bench,   add_models};
  return run_commands(std::move(arguments), commands);
}

}  // namespace

}  // namespace dpt::cli

int main(int argc, char** argv) {
  return dpt::cli::report_errors([&] {
    return dpt::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
  });
}
