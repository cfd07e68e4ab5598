// The two containers of torch.save (torch/serialization.py).
//
// Zip (since PyTorch 1.6), members stored without compression below one folder NAME:
//   NAME/data.pkl    the object; tensors refer to storages by persistent ids
//   NAME/data/KEY    the bytes of a storage
//   NAME/byteorder   "little" (newer files)
// Legacy, one after the other: pickles of a magic number, the protocol version 1001, facts about
// the system, the object, and the list of storage keys; then for each key an int64 count of
// elements and the elements.
#pragma once

#include "weights/checkpoint.h"
#include "weights/source.h"

namespace dpt::weights {

/// Both fill content.tensors with views of source.bytes, and content.dense; throw Error(model).
void read_torch_zip(const Source& source, CheckpointContent& content);
void read_torch_legacy(const Source& source, CheckpointContent& content);

}  // namespace dpt::weights
