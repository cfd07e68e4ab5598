// Times as people write them.
#pragma once

#include <optional>
#include <string_view>

namespace dpt {

/// Seconds of "90", "90.5", "1:30.5" (minutes and seconds) or "1:02:03" (hours too); nothing for
/// other texts, for seconds or minutes from 60 on after a colon, and for more than 10^9 seconds.
std::optional<double> parse_clock_time(std::string_view text);

}  // namespace dpt
