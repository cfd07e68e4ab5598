#include "args/shells.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "args/complete.h"

namespace dpt::args {

namespace {

constexpr std::string_view bash_script =
    R"bash(# bash completion of PROGRAM: PROGRAM completion bash > ~/.local/share/bash-completion/completions/PROGRAM
_PROGRAM() {
  local word=${COMP_WORDS[COMP_CWORD]} kind=none extensions extension
  COMPREPLY=()
  { read -r kind extensions; mapfile -t COMPREPLY; } < <(
    "$1" __complete bash "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null
  )
  case $word in = | :) word= ;; esac
  case $kind in
  folders)
    compopt -o dirnames
    ;;
  files)
    compopt -o default -o filenames
    case $word in *[\\\'\"]*) return ;; esac # quoted: as readline does it
    for extension in $extensions; do
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$extension" -- "$word")
    done
    if [ "${#COMPREPLY[@]}" -gt 0 ] || [ -n "$extensions" ]; then
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")
    fi
    ;;
  esac
}
complete -F _PROGRAM PROGRAM
)bash";

constexpr std::string_view zsh_script =
    R"zsh(#compdef PROGRAM
# zsh completion of PROGRAM: PROGRAM completion zsh > "${fpath[1]}/_PROGRAM"
local kind
local -a answer
answer=("${(@f)$("${(@Q)words[1]}" __complete zsh $((CURRENT - 1)) "${(@Q)words}" 2>/dev/null)}")
kind=${answer[1]:-none}
shift answer
(( $#answer )) && _describe -V PROGRAM answer
case $kind in
folders*) compset -P '--*='; _files -/ ;;
files) compset -P '--*='; _files ;;
files*) compset -P '--*='; _files -g "(#i)*.(${${kind#files }// /|})(-.)" ;;
esac
)zsh";

constexpr std::string_view fish_script =
    R"fish(# fish completion of PROGRAM: PROGRAM completion fish > ~/.config/fish/completions/PROGRAM.fish
function __PROGRAM_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l answer ($before[1] __complete fish (count $before) $before "$word" 2>/dev/null)
    printf '%s\n' $answer[2..-1]
    set -l kind (string split ' ' -- $answer[1])
    set -l path (string replace -r '^--[^=]*=' '' -- "$word")
    set -l option (string match -r '^--[^=]*=' -- "$word"; or echo '')
    switch "$kind[1]"
        case folders
            printf '%s\n' $option(__fish_complete_directories "$path")
        case files
            set -l all (__fish_complete_path "$path")
            set -l fitting $all
            if set -q kind[2]
                set fitting (string match -ri '^[^\t]*(?:/|\.(?:'(string join '|' $kind[2..-1])'))(?:\t.*)?$' -- $all)
                test (count $fitting) -gt 0; or set fitting $all
            end
            printf '%s\n' $option$fitting
    end
end
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
)fish";

/// bash breaks words at "=" and ":", which stand alone then.
bool is_break(const std::string& word) { return word == "=" || word == ":"; }

/// The words put together again, and what of the last one bash will not replace.
struct Joined {
  std::vector<std::string> words;
  std::string kept;
};

Joined joined_for_bash(const std::vector<std::string>& parts) {
  Joined joined;
  bool goes_on = false;
  for (const std::string& part : parts) {
    if ((goes_on || is_break(part)) && !joined.words.empty()) {
      joined.kept = is_break(part) ? joined.words.back() + part : joined.words.back();
      joined.words.back() += part;
    } else {
      joined.words.push_back(part);
      joined.kept.clear();
    }
    goes_on = is_break(part);
  }
  return joined;
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string first_line(const Completion& completion, std::string_view shell) {
  if (completion.files == Files::none) return "none\n";
  if (completion.files == Files::folders) return "folders\n";
  std::string line = "files";
  for (const std::string& extension : completion.extensions) {
    line += fmt::format(" {}", extension);
    if (shell == "bash") line += fmt::format(" {}", upper(extension));  // the others ignore case
  }
  return line + "\n";
}

std::string line_of(const Candidate& candidate, std::string_view shell) {
  if (shell == "zsh") {
    const std::string word = escaped(candidate.word, ":\\");
    return candidate.description.empty() ? word : word + ":" + candidate.description;
  }
  return candidate.description.empty() ? candidate.word
                                       : candidate.word + "\t" + candidate.description;
}

}  // namespace

std::string completion_script(const std::string& program, std::string_view shell) {
  constexpr std::string_view placeholder = "PROGRAM";
  std::string text(shell == "bash" ? bash_script : shell == "zsh" ? zsh_script : fish_script);
  for (size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
    text.replace(at, placeholder.size(), program);
  }
  return text;
}

std::string completion_answer(const Parser& program, const std::vector<std::string>& asked) {
  constexpr size_t first_word = 3;  // behind SHELL, INDEX and the program's name
  size_t index = 0;
  if (asked.size() < first_word) return {};
  const std::string& shell = asked[0];
  const char* end = asked[1].data() + asked[1].size();
  const auto [rest, error] = std::from_chars(asked[1].data(), end, index);
  if (error != std::errc() || rest != end || index == 0 || index > asked.size()) return {};
  std::vector<std::string> words(asked.begin() + first_word, asked.end());
  words.resize(index);
  const Joined joined = shell == "bash" ? joined_for_bash(words) : Joined{std::move(words), ""};
  const Completion completion = complete(program, joined.words);
  std::string text = first_line(completion, shell);
  for (const Candidate& candidate : completion.words) {
    text += (shell == "bash"
                 ? candidate.word.substr(std::min(joined.kept.size(), candidate.word.size()))
                 : line_of(candidate, shell)) +
            "\n";
  }
  return text;
}

}  // namespace dpt::args
