// The program dpt: its sub-commands. `dpt video` is the program dpt-video, which stands beside it;
// dpt-ailia is this one under another name.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "args/shells.h"
#include "base/error.h"
#include "cli/ailia.h"
#include "cli/program.h"
#include "cli/video_options.h"

namespace dpt::cli {

namespace {

constexpr std::string_view video = "video";

/// For help, suggestions, completion and the manual; dpt-video parses it again and runs it.
void add_video_name(Parser& app, Command& /*chosen*/) {
  const auto unused = std::make_shared<VideoOptions>();
  Parser& command = *app.add_subcommand(std::string(video), std::string(video_description));
  add_video_options(command, *unused);
  command.callback([unused] {});  // keeps it as long as the parser
}

/// `dpt-ailia ...` (a link to this program) and `dpt --compat ailia ...`: true, and only what
/// follows is left of `arguments`.
bool wants_ailia(const std::string& name, std::vector<std::string>& arguments) {
  if (std::filesystem::path(name).filename() == "dpt-ailia") return true;
  const bool apart = arguments.size() > 1 && arguments[0] == "--compat" && arguments[1] == "ailia";
  const bool joined = !arguments.empty() && arguments[0] == "--compat=ailia";
  arguments.erase(arguments.begin(), arguments.begin() + (apart ? 2 : joined ? 1 : 0));
  return apart || joined;
}

/// What needs many libraries is a program of its own beside this one: FFmpeg's load 200 others (50
/// ms, 40 MB), which a photograph has no use for.
[[noreturn]] void become(const char* other, std::vector<std::string> arguments,
                         const char* purpose) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / other).string();
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  fail(ErrorKind::resource, "{}: the program for {} is not there; \"make build\" makes it",
       printable(program, 1000), purpose);
}

[[noreturn]] void become_dpt_video(std::vector<std::string> arguments) {
  become("dpt-video", std::move(arguments), "videos");
}

constexpr std::array<AddCommand, 14> commands = {
    add_depth,  add_segment, add_video_name, add_compare, add_eval, add_info,       add_bench,
    add_models, add_convert, add_doctor,     add_help,    add_man,  add_completion, add_version};

int run(const std::string& name, std::vector<std::string> arguments) {
  if (wants_ailia(name, arguments)) {
    const AiliaCommand command = parse_ailia(std::move(arguments));
    if (command.exit_code) return *command.exit_code;
    if (!command.video.empty()) become_dpt_video(command.video);
    return run_ailia(command);
  }
  if (!arguments.empty() && arguments[0] == args::complete_word) {
    return answer_completion({arguments.begin() + 1, arguments.end()}, commands);
  }
  if (!arguments.empty() && arguments[0] == video) {
    become_dpt_video({arguments.begin() + 1, arguments.end()});
  }
  if (arguments.size() > 1 && arguments[0] == "models" && arguments[1] == "pull") {
    become("dpt-pull", {arguments.begin() + 2, arguments.end()}, "downloads");
  }
  return run_commands(std::move(arguments), commands);
}

}  // namespace

}  // namespace dpt::cli

int main(int argc, char** argv) {
  const std::string name = argc > 0 ? argv[0] : "dpt";
  return dpt::cli::report_errors([&] {
    return dpt::cli::run(name, {argv + (argc > 0 ? 1 : 0), argv + argc});
  });
}
