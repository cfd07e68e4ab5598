// How much memory an action takes, for tests of limits.
#pragma once

#include <cstddef>
#include <functional>

namespace dpt::test {

/// True where every allocation is counted, those of C libraries and of Buffer among them: under the
/// address sanitizer. Elsewhere operator new is counted alone.
bool counts_every_allocation();

/// The most bytes that `action` holds at one time beyond those that were held before.
size_t peak_of(const std::function<void()>& action);

}  // namespace dpt::test
