// "Did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dpt {

/// "; did you mean X?" for the candidate that is closest to `word`, or an empty text when none is
/// close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace dpt
