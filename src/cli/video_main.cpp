// The program dpt-video, which `dpt video` starts.
#include <array>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/program.h"

int main(int argc, char** argv) {
  return dpt::cli::report_errors([&] {
    std::vector<std::string> arguments = {"video"};
    arguments.insert(arguments.end(), argv + (argc > 0 ? 1 : 0), argv + argc);
    constexpr std::array<dpt::cli::AddCommand, 1> commands = {dpt::cli::add_video};
    return dpt::cli::run_commands(std::move(arguments), commands);
  });
}
