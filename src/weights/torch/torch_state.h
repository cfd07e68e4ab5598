// The state dictionary in what a training program has saved.
#pragma once

#include <map>
#include <string>

#include "weights/torch/torch_unpickler.h"

namespace dpt::weights {

struct TorchState {
  std::map<std::string, TorchTensor> tensors;  ///< by name, as the dictionary has them
  std::string place;                           ///< the keys to it: `"model"`; empty: the root
  std::string choice;  ///< for people, where two could be meant: which was taken and why
};

/// The dictionary of tensors whose names a model has (model_names.h), wherever dictionaries in
/// dictionaries hold it. Of two, the one called an average of the other ("ema") is taken; others
/// are refused, naming both, unless they hold the same tensors. Where no names are a model's: what
/// the official loader and training programs would take, "model" (always, beside "optimizer"),
/// "state_dict" or "model_state_dict", else the root. Entries that are no tensors are left out;
/// none left is an error.
TorchState find_state(const Pickle& pickle, PickleRef root, const TorchUnpickler& unpickler,
                      const Source& source);

}  // namespace dpt::weights
