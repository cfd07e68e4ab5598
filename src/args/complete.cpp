#include "args/complete.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dpt::args {

namespace {

bool looks_like_option(const std::string& word) { return word.size() > 1 && word.starts_with('-'); }

/// What the words before the cursor have said.
class Line {
 public:
  explicit Line(const Parser& program) : command_(&program) {}

  void read(const std::string& word) {
    if (waiting_ != nullptr && takes(word)) return;
    waiting_ = nullptr;
    if (!only_inputs_ && word == "--") {
      only_inputs_ = true;
    } else if (!only_inputs_ && looks_like_option(word)) {
      read_option(word);
    } else if (const Parser* inner = inputs_ == 0 ? command_->find_command(word) : nullptr) {
      command_ = inner;
      given_.clear();
    } else {
      ++inputs_;
    }
  }

  Completion at_cursor(const std::string& word) const {
    Completion result;
    const size_t equals = word.find('=');
    if (waiting_ != nullptr && must_wait()) {
      add_values(*waiting_, "", result);
    } else if (!only_inputs_ && word.starts_with("--") && equals != std::string::npos) {
      const Option* option = command_->find_option(word.substr(0, equals));
      if (option != nullptr && option->takes_value()) {
        add_values(*option, word.substr(0, equals + 1), result);
      }
    } else if (!only_inputs_ && word.starts_with('-')) {
      add_options(result);
    } else {
      add_commands(result);
      if (const Option* input = next_input()) add_values(*input, "", result);
      if (waiting_ != nullptr) add_values(*waiting_, "", result);
    }
    std::erase_if(result.words,
                  [&](const Candidate& candidate) { return !candidate.word.starts_with(word); });
    return result;
  }

 private:
  /// True when the word is a value of the option before it.
  bool takes(const std::string& word) {
    if (!must_wait() && looks_like_option(word)) return false;
    has_value_ = true;
    if (waiting_->most() >= 0) waiting_ = nullptr;
    return true;
  }

  bool must_wait() const { return !has_value_ && waiting_->least() > 0; }

  void read_option(const std::string& word) {
    const size_t equals = word.find('=');
    const bool is_long = word.starts_with("--");
    const Option* option =
        command_->find_option(is_long ? word.substr(0, equals) : word.substr(0, 2));
    if (option == nullptr) return;
    given_.push_back(option);
    const bool has_value = is_long ? equals != std::string::npos : word.size() > 2;
    if (option->takes_value() && !has_value) {
      waiting_ = option;
      has_value_ = false;
    }
  }

  const Option* next_input() const {
    size_t place = inputs_;
    for (const auto& option : command_->options()) {
      if (!option->is_input()) continue;
      if (place == 0 || option->most() < 0) return option.get();
      --place;
    }
    return nullptr;
  }

  bool may_follow(const Option& option) const {
    const auto was_given = [&](const Option* other) {
      return std::find(given_.begin(), given_.end(), other) != given_.end();
    };
    const auto& excluded = option.excluded();
    return !was_given(&option) && std::none_of(excluded.begin(), excluded.end(), was_given) &&
           std::none_of(given_.begin(), given_.end(), [&](const Option* other) {
             const auto& by_other = other->excluded();
             return std::find(by_other.begin(), by_other.end(), &option) != by_other.end();
           });
  }

  void add_options(Completion& result) const {
    for (const auto& option : command_->options()) {
      if (option->is_input() || !may_follow(*option)) continue;
      for (const std::string& name : option->names()) {
        result.words.push_back({name, option->description()});
      }
    }
  }

  void add_commands(Completion& result) const {
    if (inputs_ > 0) return;
    for (const auto& inner : command_->commands()) {
      result.words.push_back({inner->name(), inner->description()});
    }
  }

  static void add_values(const Option& option, const std::string& before, Completion& result) {
    for (const std::string& choice : option.choices())
      result.words.push_back({before + choice, ""});
    for (const Candidate& candidate : option.suggestions()) {
      result.words.push_back({before + candidate.word, candidate.description});
    }
    if (option.files() == Files::none) return;
    result.files = option.files();
    result.extensions = option.extensions();
  }

  const Parser* command_;
  std::vector<const Option*> given_;
  const Option* waiting_ = nullptr;  ///< for a value
  bool has_value_ = false;
  bool only_inputs_ = false;
  size_t inputs_ = 0;
};

}  // namespace

Completion complete(const Parser& program, const std::vector<std::string>& words) {
  Line line(program);
  for (size_t i = 0; i + 1 < words.size(); ++i) line.read(words[i]);
  return line.at_cursor(words.empty() ? std::string() : words.back());
}

}  // namespace dpt::args
