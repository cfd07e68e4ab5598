// What `dpt info --verify` and `dpt models verify` say of a file.
#pragma once

#include <string>

#include "base/json.h"
#include "store/verify.h"

namespace dpt::cli {

/// "match" is null where nothing is known.
Json verified_record(const store::VerifiedFile& file);

/// The same record in a line: whether the file is what was published, and what to do if it is not.
std::string verified_text(const Json& file);

}  // namespace dpt::cli
