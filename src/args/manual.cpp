#include "args/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "args/help.h"

namespace dpt::args {

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// Text as roff shows it literally, also at the beginning of a line.
std::string roff(const std::string& text) {
  std::string escaped = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return replaced(replaced(escaped, "\n.", "\n\\&."), "\n'", "\n\\&'");
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

/// "\fB\-o\fR, \fB\-\-output\fR \fIPATH\fR"
std::string head_of(const Option& option) {
  if (option.is_input()) return italic(usage_of_input(option));
  std::vector<std::string> names;
  for (const std::string& name : option.names()) names.push_back(bold(name));
  std::string head = fmt::format("{}", fmt::join(names, ", "));
  if (option.takes_value() && !option.value_name().empty()) {
    head += fmt::format(" {}", italic(option.value_name()));
  }
  return head;
}

std::string options_section(const Parser& command) {
  std::string text = ".SH OPTIONS\n";
  const std::vector<std::string> headings = headings_of(command);
  for (const std::string& heading : headings) {
    if (headings.size() > 1) text += fmt::format(".SS {}\n", roff(heading));
    for (const Option* option : options_under(command, heading)) {
      text += fmt::format(".TP\n{}\n{}\n", head_of(*option), roff(full_description(*option)));
    }
  }
  return text;
}

std::string commands_section(const Parser& command) {
  if (command.commands().empty()) return {};
  std::string text = ".SH COMMANDS\n";
  for (const auto& inner : command.commands()) {
    text += fmt::format(".TP\n{}(1)\n{}\n", bold(manual_name(*inner)), roff(inner->description()));
  }
  return text;
}

/// Prose is filled; lines that begin with a space stay as they are.
std::string body(const std::string& text) {
  std::string result;
  bool is_literal = false;
  bool begins_paragraph = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      begins_paragraph = !result.empty();
      continue;
    }
    const bool was_literal = std::exchange(is_literal, line.starts_with(' '));
    if (was_literal && !is_literal) result += ".fi\n";
    if (begins_paragraph) result += ".PP\n";
    begins_paragraph = false;
    if (!was_literal && is_literal) result += ".nf\n";
    result += roff(line) + "\n";
  }
  return is_literal ? result + ".fi\n" : result;
}

/// The examples of a footer, and what stands behind them.
std::string footer_sections(const std::string& footer) {
  if (footer.empty()) return {};
  constexpr std::string_view heading = "Examples:\n";
  const size_t examples = footer.find(heading);
  if (examples == std::string::npos) return ".SH NOTES\n" + body(footer);
  const std::string before = footer.substr(0, examples);
  const size_t begin = examples + heading.size();
  const size_t end = std::min(footer.find("\n\n", begin), footer.size());
  const std::string after = footer.substr(end);
  std::string text = ".SH EXAMPLES\n" + body(footer.substr(begin, end - begin));
  if (!before.empty() || !after.empty()) text += ".SH NOTES\n" + body(before + after);
  return text;
}

const Parser& program_of(const Parser& command) {
  return command.parent() == nullptr ? command : program_of(*command.parent());
}

std::string common_sections(const Parser& command) {
  std::string text = command.parent() == nullptr ? "" : common_sections(*command.parent());
  for (const auto& [title, words] : command.sections()) {
    text += fmt::format(".SH {}\n{}", roff(upper(title)), body(words));
  }
  return text;
}

std::string see_also(const Parser& command) {
  std::vector<std::string> names;
  const auto add = [&](const Parser& other) {
    if (&other != &command) names.push_back(bold(manual_name(other)) + "(1)");
  };
  const Parser* parent = command.parent();
  if (parent != nullptr) add(program_of(command));
  if (parent != nullptr && parent->parent() != nullptr) add(*parent);
  const Parser& around = parent == nullptr ? command : *parent;
  for (const auto& other : around.commands()) add(*other);
  if (names.empty()) return {};
  return fmt::format(".SH SEE ALSO\n{}\n", fmt::join(names, ",\n"));
}

}  // namespace

std::string manual_name(const Parser& command) { return replaced(command.full_name(), " ", "-"); }

std::string manual_page(const Parser& command, const std::string& release) {
  const std::string name = manual_name(command);
  std::string text = fmt::format(
      ".TH {} 1 \"\" \"{}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.nf\n{}\n.fi\n",
      roff(upper(name)), roff(release), roff(name), roff(command.description()),
      roff(usage_text(command)));
  return text + commands_section(command) + options_section(command) +
         footer_sections(command.footer()) + common_sections(command) + see_also(command);
}

}  // namespace dpt::args
