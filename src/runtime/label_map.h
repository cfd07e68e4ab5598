// From a network's class maps to the labels of a picture, where the network ran.
#pragma once

#include "backend/cpu/kernels/labels/label_map.h"

namespace dpt::runtime {

using LabelMapArgs = cpu::LabelMapArgs;
using WideTap = cpu::WideTap;

/// See backend/cpu/kernels/label_map.h.
inline void label_map(ThreadPool& pool, const LabelMapArgs& args) { cpu::label_map(pool, args); }

}  // namespace dpt::runtime
