// dpt help, dpt version, dpt completion, dpt man: the program about itself.
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "args/help.h"
#include "args/manual.h"
#include "args/shells.h"
#include "base/error.h"
#include "base/file/file.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/program.h"

namespace dpt::cli {

namespace {

/// The command that "models pull" names. Throws Error(usage).
const Parser& command_named(const Parser& program, const std::vector<std::string>& words) {
  const Parser* command = &program;
  for (const std::string& word : words) {
    const Parser* inner = command->find_command(word);
    if (inner == nullptr) {
      std::vector<std::string> names;
      for (const auto& other : command->commands()) names.push_back(other->name());
      fail(ErrorKind::usage, "{} has no command {}{} ({} --help)", command->full_name(),
           printable(word), did_you_mean(word, names), command->full_name());
    }
    command = inner;
  }
  return *command;
}

constexpr const char* release = "dpt " DPT_VERSION;

void write_manual_pages(const Parser& command, const std::filesystem::path& folder) {
  const std::string page = args::manual_page(command, release);
  write_file(folder / (args::manual_name(command) + ".1"), std::as_bytes(std::span(page)));
  for (const auto& inner : command.commands()) write_manual_pages(*inner, folder);
}

/// Adds [COMMAND...], which names a command of `app`.
void add_command_words(Parser& command, const Parser& app, std::vector<std::string>& words) {
  command.add_option("COMMAND", words, "one of the program's, as in: models pull")
      ->type_name("")
      ->completes([&app] {
        std::vector<args::Candidate> names;
        for (const auto& other : app.commands()) {
          names.push_back({other->name(), other->description()});
        }
        return names;
      });
}

}  // namespace

void add_help(Parser& app, Command& chosen) {
  auto words = std::make_shared<std::vector<std::string>>();
  Parser& command = *app.add_subcommand("help", "What a command does, and its options");
  add_command_words(command, app, *words);
  command.footer("Examples:\n  dpt help depth        the same as dpt depth --help");
  command.callback([words, &app, &chosen] {
    chosen = [words, &app](Interruption&) {
      print_out(args::help_text(command_named(app, *words), output_columns()));
      return 0;
    };
  });
}

void add_version(Parser& app, Command& chosen) {
  app.add_subcommand("version", "Version and instruction set")->callback([&chosen] {
    chosen = [](Interruption&) {
      print_out(version_text() + "\n");
      return 0;
    };
  });
}

void add_completion(Parser& app, Command& chosen) {
  auto shell = std::make_shared<std::string>();
  Parser& command = *app.add_subcommand("completion", "A completion script for a shell");
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(one_of(args::shells))
      ->type_name("");
  command.footer(R"(Examples:
  dpt completion bash > ~/.local/share/bash-completion/completions/dpt
  dpt completion zsh > "${fpath[1]}/_dpt"
  dpt completion fish > ~/.config/fish/completions/dpt.fish)");
  command.callback([shell, &app, &chosen] {
    chosen = [shell, &app](Interruption&) {
      print_out(args::completion_script(app.name(), *shell));
      return 0;
    };
  });
}

void add_man(Parser& app, Command& chosen) {
  struct Options {
    std::vector<std::string> words;
    std::string folder;
  };
  auto options = std::make_shared<Options>();
  Parser& command = *app.add_subcommand("man", "The manual page of a command, in roff");
  add_command_words(command, app, options->words);
  command.add_option("-o,--output", options->folder, "write the pages of all commands there")
      ->check(refuse_empty)
      ->type_name("FOLDER");
  command.footer("Examples:\n  dpt man depth | man -l -");
  command.callback([options, &app, &chosen] {
    chosen = [options, &app](Interruption&) {
      const Parser& wanted = command_named(app, options->words);
      if (options->folder.empty()) {
        print_out(args::manual_page(wanted, release));
      } else {
        write_manual_pages(wanted, options->folder);
      }
      return 0;
    };
  });
}

}  // namespace dpt::cli
