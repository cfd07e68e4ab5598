#include <algorithm>
#include <utility>

#include "weights/torch/torch_file.h"
#include "weights/torch/torch_state.h"
#include "weights/torch/torch_tensors.h"
#include "weights/torch/zip_directory.h"

namespace dpt::weights {

namespace {

using Members = std::map<std::string, std::span<const std::byte>>;

constexpr std::string_view object_member = "/data.pkl";

/// NAME, where the archive has NAME/data.pkl.
std::string find_folder(const Source& source, const Members& members) {
  std::string folder;
  for (const auto& [name, bytes] : members) {
    const size_t slash = name.find('/');
    if (slash == 0 || slash == std::string::npos || name.substr(slash) != object_member) continue;
    if (!folder.empty()) {
      source.fail("the zip archive has two objects, {}/data.pkl and {}", printable(folder),
                  printable(name));
    }
    folder = name.substr(0, slash);
  }
  if (folder.empty()) {
    source.fail("is a zip archive, but not one of PyTorch: it has no member NAME/data.pkl");
  }
  return folder;
}

/// TorchScript archives, which have compressed members besides.
void refuse_programs(const Source& source) {
  constexpr size_t looked_at = size_t{1} << 20;  // more than a directory takes
  const std::string_view text = source.text();
  const std::string_view end = text.substr(text.size() - std::min(text.size(), looked_at));
  if (end.find("/constants.pkl") == std::string_view::npos) return;
  source.fail(
      "is a TorchScript archive, which holds a program: open it with torch.jit.load and save its "
      "state_dict() alone");
}

void check_byte_order(const Source& source, const Members& members, const std::string& folder) {
  const auto found = members.find(folder + "/byteorder");
  if (found == members.end()) return;
  const std::string_view order = Source{{}, found->second}.text();
  if (order != "little") {
    source.fail("byte order {}, expected little", printable(order, 20));
  }
}

}  // namespace

void read_torch_zip(const Source& source, CheckpointContent& content) {
  refuse_programs(source);
  const Members members = read_zip_directory(source);
  const std::string folder = find_folder(source, members);
  check_byte_order(source, members, folder);

  const std::string object = folder + std::string(object_member);
  const Source object_source{source.name + ": " + printable(object), members.at(object)};
  TorchUnpickler unpickler;
  Pickle pickle(object_source, unpickler);
  TorchState state = find_state(pickle, pickle.load(), unpickler, source);
  if (pickle.size() != object_source.bytes.size()) {
    object_source.fail("{} bytes follow the pickle's end",
                       object_source.bytes.size() - pickle.size());
  }

  const auto find_storage = [&](const TorchStorage& storage) {
    const std::string name = folder + "/data/" + std::string(storage.key);
    const auto found = members.find(name);
    if (found == members.end()) source.fail("zip member {} is missing", printable(name));
    const uint64_t element = storage.type ? size_of(*storage.type) : 1;
    const uint64_t bytes = found->second.size();
    if (bytes % element != 0 || bytes / element != storage.count) {
      source.fail("zip member {}: has {} bytes, expected {} elements of {} bytes", printable(name),
                  bytes, storage.count, element);
    }
    return found->second;
  };
  place_tensors(source, state.tensors, unpickler, find_storage, content);
  content.place = std::move(state.place);
  content.choice = std::move(state.choice);
}

}  // namespace dpt::weights
