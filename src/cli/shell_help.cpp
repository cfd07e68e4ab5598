#include "cli/shell_help.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"

namespace dpt::cli {

namespace {

/// One option as shells and manuals want it.
struct OptionFacts {
  std::vector<std::string> names;    ///< "-m", "--model"; empty: an input
  std::string value;                 ///< "MODEL"; empty: a flag
  std::vector<std::string> choices;  ///< of {a,b}
  std::string description;
};

OptionFacts facts_of(const Option& option) {
  OptionFacts facts;
  facts.names = option.names();
  facts.description = option.description();
  if (!option.takes_value()) return facts;
  facts.value = option.is_input() ? option.name() : option.value_name();
  facts.choices = option.choices();
  return facts;
}

std::vector<OptionFacts> options_of(const Parser& command) {
  std::vector<OptionFacts> all;
  for (const auto& option : command.options()) all.push_back(facts_of(*option));
  return all;
}

std::vector<const Parser*> commands_of(const Parser& app) {
  std::vector<const Parser*> commands;
  for (const auto& command : app.commands()) commands.push_back(command.get());
  return commands;
}

std::string names_of_commands(const Parser& app) {
  std::vector<std::string> names;
  for (const Parser* command : commands_of(app)) names.push_back(command->name());
  return fmt::format("{}", fmt::join(names, " "));
}

std::string names_of_options(const Parser& command) {
  std::vector<std::string> names;
  for (const OptionFacts& option : options_of(command)) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// "depth", "models", "models pull": a command as it is typed.
struct NamedCommand {
  std::string name;
  const Parser* app;
};

std::vector<NamedCommand> all_commands(const Parser& app) {
  std::vector<NamedCommand> all;
  for (const Parser* command : commands_of(app)) {
    all.push_back({command->name(), command});
    for (const Parser* inner : commands_of(*command)) {
      all.push_back({command->name() + " " + inner->name(), inner});
    }
  }
  return all;
}

/// Options and inputs that the help calls so take what -m takes.
bool is_model(const OptionFacts& option) {
  return option.value == "MODEL" || (option.names.empty() && option.value == "name");
}

bool takes_model_as_input(const Parser& command) {
  const std::vector<OptionFacts> options = options_of(command);
  return std::any_of(options.begin(), options.end(), [](const OptionFacts& option) {
    return option.names.empty() && is_model(option);
  });
}

std::string bash_script(const Parser& app) {
  std::string inner;
  std::string options;
  std::string values;
  for (const auto& [name, command] : all_commands(app)) {
    if (name.find(' ') != std::string::npos) {
      inner += fmt::format("{}\"{}\"", inner.empty() ? "" : "|", name);
    }
    const std::string inputs = takes_model_as_input(*command)
                                   ? "models=1"
                                   : "words=\"" + names_of_commands(*command) + "\"";
    options +=
        fmt::format("    \"{}\") options=\"{}\" {} ;;\n", name, names_of_options(*command), inputs);
    for (const OptionFacts& option : options_of(*command)) {
      if (option.names.empty() || (option.choices.empty() && !is_model(option))) continue;
      std::vector<std::string> patterns;
      for (const std::string& flag : option.names) {
        patterns.push_back(fmt::format("\"{}:{}\"", name, flag));
      }
      values += fmt::format(
          "    {}) {} ;;\n", fmt::join(patterns, "|"),
          is_model(option) ? "_dpt_models \"$word\"; return"
                           : fmt::format("words=\"{}\" value=1", fmt::join(option.choices, " ")));
    }
  }
  return fmt::format(
      R"bash(# bash completion of dpt: dpt completion bash > /etc/bash_completion.d/dpt
_dpt_models() {{
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(
    compgen -W "$("${{COMP_WORDS[0]}}" models list 2>/dev/null | cut -d ' ' -f 1)" -- "$1"
    compgen -f -- "$1"
  )
}}
_dpt() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=${{COMP_WORDS[1]}} words= options= models= value=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$word"))
    return
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command ${{COMP_WORDS[2]}}" in
    {}) command="$command ${{COMP_WORDS[2]}}" ;;
    esac
  fi
  case "$command" in
{}  esac
  case "$command:$before" in
{}  esac
  if [ -z "$value" ] && [ "${{word:0:1}}" = - ]; then
    words=$options
  elif [ -z "$value" ] && [ -n "$models" ]; then
    _dpt_models "$word"
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _dpt dpt
)bash",
      names_of_commands(app), inner, options, values);
}

std::string zsh_script(const Parser& app) {
  std::string text =
      "#compdef dpt\n# zsh completion of dpt: dpt completion zsh > \"${fpath[1]}/_dpt\"\n";
  text += "local -a commands\ncommands=(\n";
  for (const Parser* command : commands_of(app)) {
    text +=
        fmt::format("  '{}:{}'\n", command->name(), replaced(command->description(), "'", "'\\''"));
  }
  text += ")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\n";
  text += "case $words[2] in\n";
  for (const Parser* command : commands_of(app)) {
    text += fmt::format("  {})\n    shift words; (( CURRENT-- ))\n    _arguments \\\n",
                        command->name());
    for (const OptionFacts& option : options_of(*command)) {
      // Brackets and colons have a meaning there.
      std::string description = replaced(option.description, "'", "'\\''");
      for (const char* special : {"[", "]", ":"}) {
        description = replaced(description, special, fmt::format("\\{}", special));
      }
      for (const std::string& name : option.names) {
        std::string value;
        if (!option.value.empty()) {
          value = option.choices.empty()
                      ? fmt::format(":{}:_files", option.value)
                      : fmt::format(":{}:({})", option.value, fmt::join(option.choices, " "));
          value = replaced(replaced(value, "[", ""), "]", "");
        }
        text += fmt::format("      '{}[{}]{}' \\\n", name, description, value);
      }
    }
    text += "      '*:file:_files'\n    ;;\n";
  }
  return text + "esac\n";
}

std::string fish_script(const Parser& app) {
  std::string text =
      "# fish completion of dpt: dpt completion fish > ~/.config/fish/completions/dpt.fish\n";
  const auto quoted = [](const std::string& raw) {
    return "'" + replaced(replaced(raw, "\\", "\\\\"), "'", "\\'") + "'";
  };
  for (const Parser* command : commands_of(app)) {
    text += fmt::format("complete -c dpt -n __fish_use_subcommand -f -a {} -d {}\n",
                        command->name(), quoted(command->description()));
    for (const OptionFacts& option : options_of(*command)) {
      if (option.names.empty()) continue;
      std::string line =
          fmt::format("complete -c dpt -n '__fish_seen_subcommand_from {}'", command->name());
      for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.value.empty()) line += " -r";
      if (!option.choices.empty()) {
        line += fmt::format(" -f -a {}", quoted(fmt::format("{}", fmt::join(option.choices, " "))));
      }
      text += fmt::format("{} -d {}\n", line, quoted(option.description));
    }
  }
  return text;
}

/// Text as roff shows it literally.
std::string roff(const std::string& text) {
  std::string escaped = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return replaced(replaced(escaped, "\n.", "\n\\&."), "\n'", "\n\\&'");
}

void add_manual_of(const Parser& command, const std::string& name, std::string& text) {
  text += fmt::format(".SS {}\n{}\n", roff(name), roff(command.description()));
  for (const OptionFacts& option : options_of(command)) {
    std::vector<std::string> names;
    for (const std::string& flag : option.names) names.push_back("\\fB" + roff(flag) + "\\fR");
    std::string head = fmt::format("{}", fmt::join(names, ", "));
    if (!option.value.empty()) {
      head += fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", roff(option.value));
    }
    if (!option.choices.empty()) {
      head += fmt::format(" ({})", roff(fmt::format("{}", fmt::join(option.choices, ", "))));
    }
    text += fmt::format(".TP\n{}\n{}\n", head, roff(option.description));
  }
  for (const Parser* inner : commands_of(command)) {
    add_manual_of(*inner, name + " " + inner->name(), text);
  }
  const std::string footer = command.footer();
  if (!footer.empty()) text += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(footer));
}

}  // namespace

std::string completion_script(const Parser& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return zsh_script(app);
  if (shell == "fish") return fish_script(app);
  fail(ErrorKind::usage, "completion {}: expected bash, zsh or fish", printable(shell));
}

std::string manual_page(const Parser& app, const std::string& version) {
  std::string text = fmt::format(
      ".TH DPT 1 \"\" \"dpt {0}\" \"User Commands\"\n"
      ".SH NAME\ndpt \\- depth and segmentation of pictures by dense prediction transformers\n"
      ".SH SYNOPSIS\n.B dpt\n.I COMMAND\n[\\fIINPUT\\fR...] [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n{1}\n.SH COMMANDS\n",
      version, roff(app.description()));
  for (const Parser* command : commands_of(app)) {
    add_manual_of(*command, "dpt " + command->name(), text);
  }
  return text +
         fmt::format(".SH EXAMPLES, EXIT STATUS, ENVIRONMENT\n.nf\n{}\n.fi\n", roff(app.footer()));
}

}  // namespace dpt::cli
