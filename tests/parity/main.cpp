// Compares the engine with reference outputs and prints a table; exit code 1 if one is missed.
//   dpt_parity FOLDER [--only TEXT] [--threads N]
#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <string>

#include "parity/cases.h"

int main(int argc, char** argv) {
  dpt::parity::Context context;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--only" && i + 1 < argc) {
      context.only = argv[++i];
    } else if (argument == "--threads" && i + 1 < argc) {
      context.threads = std::stoi(argv[++i]);
    } else if (!argument.starts_with("-") && context.folder.empty()) {
      context.folder = argument;
    } else {
      fmt::print(stderr, "dpt_parity FOLDER [--only TEXT] [--threads N]\n");
      return 2;
    }
  }
  try {
    dpt::parity::HashedModels models(context.folder / "keys");
    dpt::parity::check_hf_preprocess(context);
    dpt::parity::check_tiny(context);
    dpt::parity::check_network(context, models);
    dpt::parity::check_pipeline(context, models);
  } catch (const std::exception& error) {
    fmt::print(stderr, "dpt_parity: {}\n", error.what());
    return 1;
  }
  return context.report.finish() ? 0 : 1;
}
