// Errors of the whole engine. One exception type; the kind decides the exit code of the command
// line and the status of the C interface.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dpt {

enum class ErrorKind {
  input,     ///< an input cannot be read, or an output cannot be written (exit code 1)
  usage,     ///< the request makes no sense (exit code 2)
  model,     ///< the model's files cannot be used (exit code 3)
  resource,  ///< no memory, no such device (exit code 4)
};

/// An error that a user can act on. what() is one line: what was expected, what was found, where
/// (file, tensor, byte offset or pixel) and what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& text);
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// Throws an Error whose text is formatted as by fmt::format.
template <typename... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> text, Args&&... args) {
  throw Error(kind, fmt::format(text, std::forward<Args>(args)...));
}

/// Text from outside (names in files) made safe to print on one line: ASCII's control characters
/// become \x1b and the like, all other bytes stay as they are, whether they are UTF-8 or not; "..."
/// stands for what is beyond `limit` bytes.
std::string printable(std::string_view text, size_t limit = 200);

}  // namespace dpt
