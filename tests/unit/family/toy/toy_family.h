// A family of three layers, for the tests: patches of two pixels a side, a mixture of their
// channels, depth. Its folder has all that there is to say of it; its line in the table is the
// test's.
#pragma once

#include "model/family.h"

namespace dpt::model {

extern const Family toy_family;

}  // namespace dpt::model
