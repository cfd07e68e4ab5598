// Commands and their options as a model: parse() fills in what they are bound to; help, manual
// pages and completion are written from it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "args/check.h"

namespace dpt::args {

/// A word that completion offers.
struct Candidate {
  std::string word;
  std::string description{};
};

/// Which files completion offers for a value. Folders lead to files.
enum class Files { none, folders, any };

/// One option, or one input (a name without dashes). What changes it gives it again, so that calls
/// can be chained.
class Option {
 public:
  enum class Role { value, flag, help, version };

  /// Takes the values that were given; false: they cannot be read.
  using Setter = std::function<bool(const std::vector<std::string>&)>;

  /// `names`: "-m,--model", or "INPUT".
  Option(Role role, const std::string& names, std::string description, Setter set);

  Option* check(Check check);
  /// "FILE"; empty: none is shown. FILE, PATH, DIR and FOLDER say what completion offers.
  Option* type_name(std::string name);
  /// The heading under which help shows it; else as the parser's GroupScope says.
  Option* group(std::string_view heading);
  Option* required();
  /// Required, but not when `other` is given.
  Option* required_unless(Option* other);
  /// How many values follow its name each time; -1: as many as there are.
  Option* expected(int least, int most);
  Option* excludes(const Option* other);
  /// Is called for every value.
  Option* each(std::function<void(const std::string&)> seen);

  /// Completion offers files, these kinds first ("jpg"); or folders alone.
  Option* completes_files(std::vector<std::string> extensions = {});
  Option* completes_folders();
  /// Completion offers these words; it is asked only then.
  Option* completes(std::function<std::vector<Candidate>()> words);

  Role role() const { return role_; }
  /// With their dashes, the short ones first; none for an input.
  const std::vector<std::string>& names() const { return names_; }
  bool is_input() const { return names_.empty(); }
  bool takes_value() const { return role_ == Role::value; }
  /// "--model", "-m" if there is no long one; an input's name.
  const std::string& name() const { return name_; }
  const std::string& value_name() const { return type_name_; }
  const std::string& description() const { return description_; }
  const std::string& heading() const { return heading_; }
  const std::vector<Check>& checks() const { return checks_; }
  /// Of the checks; empty: not countable.
  std::vector<std::string> choices() const;
  Files files() const { return files_; }
  const std::vector<std::string>& extensions() const { return extensions_; }
  std::vector<Candidate> suggestions() const;
  bool is_required() const { return required_; }
  const Option* unless() const { return unless_; }
  const std::vector<const Option*>& excluded() const { return excluded_; }
  int least() const { return least_; }
  int most() const { return most_; }
  bool is_optional_value() const { return takes_value() && least_ == 0; }

  // After parse():
  size_t count() const { return count_; }
  /// As they were typed; none of a flag.
  const std::vector<std::string>& values() const { return values_; }

  // For parse():
  bool set(const std::vector<std::string>& values) const;
  void remember(size_t count, std::vector<std::string> values);

 private:
  Role role_;
  std::vector<std::string> names_;
  std::string name_, type_name_, description_, heading_;
  Setter set_;
  std::vector<Check> checks_;
  std::vector<std::function<void(const std::string&)>> seen_;
  bool required_ = false;
  const Option* unless_ = nullptr;
  std::vector<const Option*> excluded_;
  Files files_ = Files::none;
  std::vector<std::string> extensions_;
  std::function<std::vector<Candidate>()> words_;
  int least_ = 1, most_ = 1;
  size_t count_ = 0;
  std::vector<std::string> values_;
};

namespace detail {

template <typename T>
bool assign(const std::vector<std::string>& given, T& value) {
  return read_value(given.back(), value);
}

template <typename T>
bool assign(const std::vector<std::string>& given, std::optional<T>& value) {
  return read_value(given.back(), value.emplace());
}

inline bool assign(const std::vector<std::string>& given, std::vector<std::string>& value) {
  value = given;
  return true;
}

}  // namespace detail

/// A command: the program, or one of its sub-commands.
class Parser {
 public:
  Parser(std::string description, std::string name, const Parser* parent = nullptr);

  Parser* add_subcommand(const std::string& name, const std::string& description);
  /// One of them must be chosen.
  void require_subcommand() { requires_command_ = true; }

  /// Of an option that is given several times the last counts. A vector takes all, and as an input
  /// one or more.
  template <typename T>
  Option* add_option(const std::string& names, T& value, const std::string& description) {
    constexpr bool takes_all = std::is_same_v<T, std::vector<std::string>>;
    Option* option = add_option_function(
        names, [&value](const auto& given) { return detail::assign(given, value); }, description);
    return takes_all ? option->expected(1, -1) : option;
  }
  Option* add_option_function(const std::string& names, Option::Setter set,
                              const std::string& description);
  Option* add_flag(const std::string& names, bool& value, const std::string& description);
  Option* add_flag_callback(const std::string& names, std::function<void()> set,
                            const std::string& description);
  void set_version_flag(const std::string& names, std::function<std::string()> text,
                        const std::string& description);
  /// The order of headings in the help of this command and those below it; others follow.
  void order_groups(std::span<const std::string_view> headings) { order_ = headings; }
  /// What follows the options in help.
  void footer(std::string text) { footer_ = std::move(text); }
  /// A paragraph behind the footer that holds for all commands below as well: manual pages of these
  /// have it too.
  void section(std::string title, std::string text) {
    sections_.push_back({std::move(title), std::move(text)});
  }
  /// Is called when this is the command that was chosen.
  void callback(std::function<void()> chosen) { chosen_ = std::move(chosen); }

  const std::string& name() const { return name_; }
  /// "dpt eval depth"
  std::string full_name() const;
  const std::string& description() const { return description_; }
  const std::string& footer() const { return footer_; }
  struct Section {
    std::string title, text;
  };
  const std::vector<Section>& sections() const { return sections_; }
  const Parser* parent() const { return parent_; }
  std::span<const std::string_view> order_of_groups() const;
  bool requires_command() const { return requires_command_; }
  const std::vector<std::unique_ptr<Option>>& options() const { return options_; }
  const std::vector<std::unique_ptr<Parser>>& commands() const { return commands_; }
  /// Null: there is none of that name.
  const Parser* find_command(std::string_view name) const;
  const Option* find_option(std::string_view name) const;
  /// How often it was given. Throws std::logic_error when there is no such option.
  size_t count(std::string_view name) const;

  // For parse():
  std::string version_text() const { return version_(); }
  void run_callback() const;

 private:
  friend class GroupScope;

  Option* add(Option::Role role, const std::string& names, const std::string& description,
              Option::Setter set);

  std::string description_, name_, footer_, heading_;
  const Parser* parent_;
  bool requires_command_ = false;
  std::span<const std::string_view> order_;
  std::vector<Section> sections_;
  std::vector<std::unique_ptr<Option>> options_;
  std::vector<std::unique_ptr<Parser>> commands_;
  std::function<std::string()> version_;
  std::function<void()> chosen_;
};

/// While it lives, the options that are added to `parser` stand under `heading` in its help.
class GroupScope {
 public:
  GroupScope(Parser& parser, std::string_view heading);
  ~GroupScope();
  GroupScope(const GroupScope&) = delete;
  GroupScope& operator=(const GroupScope&) = delete;

 private:
  Parser& parser_;
  std::string before_;
};

/// An extra result that is asked for by --NAME [PATH].
struct Extra {
  bool wanted = false;
  std::string path;  ///< empty: the default name
};

/// Adds --NAME [PATH]. A path that stands apart from its option (--overlay a.png, not
/// --overlay=a.png) must come after an input: parse() refuses it otherwise, since it would be an
/// input that is overwritten.
Option* add_extra(Parser& command, const std::string& option, Extra& extra,
                  const std::string& description);

}  // namespace dpt::args
