// The backend that runs graphs on the processor.
#pragma once

#include <memory>

#include "backend/backend.h"

namespace dpt::cpu {

std::unique_ptr<backend::Backend> make_cpu_backend(backend::Precision precision);

}  // namespace dpt::cpu
