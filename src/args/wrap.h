// Text in lines of a given width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dpt::args {

/// The words of `text` in lines of at most `columns`, each behind `indent` spaces and ended by a
/// newline. A word that is longer stands alone.
std::string wrapped(std::string_view text, size_t columns, size_t indent);

/// A footer: lines that begin with a space stay as they are, but for a comment behind two spaces,
/// which is wrapped in its column, or below the line; other lines are prose.
std::string wrapped_footer(std::string_view text, size_t columns);

}  // namespace dpt::args
