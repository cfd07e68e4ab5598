// The program dpt-pull, which `dpt models pull` starts.
#include <array>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/program.h"

int main(int argc, char** argv) {
  return dpt::cli::report_errors([&] {
    std::vector<std::string> arguments = {"models", "pull"};
    arguments.insert(arguments.end(), argv + (argc > 0 ? 1 : 0), argv + argc);
    constexpr std::array<dpt::cli::AddCommand, 1> commands = {dpt::cli::add_pull};
    return dpt::cli::run_commands(std::move(arguments), commands);
  });
}
