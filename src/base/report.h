// From exceptions to exit codes and one line for the user.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"

namespace dpt {

/// 1 input, 2 usage, 3 model, 4 resource.
int exit_code(ErrorKind kind);

/// Gives what `body` gives; where it throws, `tell` gets the message and the result is the exit
/// code.
int report_errors(const std::function<int()>& body,
                  const std::function<void(const std::string&)>& tell);

}  // namespace dpt
