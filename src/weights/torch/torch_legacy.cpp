#include <utility>

#include "weights/torch/torch_file.h"
#include "weights/torch/torch_state.h"
#include "weights/torch/torch_tensors.h"

namespace dpt::weights {

using Kind = PickleValue::Kind;

namespace {

/// 0x1950a86a20f9469cfc6c, little-endian.
constexpr std::string_view magic_number = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr int64_t protocol_version = 1001;

/// The file as a row of pickles and storages.
class LegacyReader {
 public:
  LegacyReader(const Source& file, CheckpointContent& content) : file_(file), content_(content) {}

  void read() {
    check_head();
    check_system();
    TorchUnpickler unpickler;
    const Source object = rest();
    Pickle pickle(object, unpickler, position_);
    const PickleRef root = pickle.load();
    position_ += pickle.size();
    TorchState state = find_state(pickle, root, unpickler, file_);
    read_storages(unpickler);
    const auto find_storage = [&](const TorchStorage& storage) {
      const auto found = storages_.find(storage.key);
      if (found == storages_.end()) file_.fail("storage {} is missing", printable(storage.key));
      return found->second;
    };
    place_tensors(file_, state.tensors, unpickler, find_storage, content_);
    content_.place = std::move(state.place);
    content_.choice = std::move(state.choice);
  }

 private:
  Source rest() const { return {file_.name, file_.bytes.subspan(position_)}; }

  /// Reads one pickle that holds no tensors and hands it to `use`.
  template <typename Use>
  void read_plain(const Use& use) {
    const Source source = rest();
    TorchUnpickler unpickler;
    Pickle pickle(source, unpickler, position_);
    const PickleRef root = pickle.load();
    use(pickle, pickle[root]);
    position_ += pickle.size();
  }

  void check_head() {
    read_plain([&](const Pickle&, const PickleValue& magic) {
      if (magic.kind != Kind::big_integer || magic.text != magic_number) {
        file_.fail(
            "is a pickle, but not of PyTorch: it does not begin with the magic number of "
            "torch.save");
      }
    });
    read_plain([&](const Pickle&, const PickleValue& protocol) {
      if (protocol.kind != Kind::integer || protocol.integer != protocol_version) {
        file_.fail("expected protocol version {} of torch.save, found {}", protocol_version,
                   protocol.kind == Kind::integer ? std::to_string(protocol.integer)
                                                  : std::string(name_of(protocol.kind)));
      }
    });
  }

  void check_system() {
    read_plain([&](const Pickle& pickle, const PickleValue& system) {
      const PickleValue* little =
          system.kind == Kind::dict ? pickle.find(system, "little_endian") : nullptr;
      if (little == nullptr || little->kind != Kind::boolean) {
        file_.fail("expected facts about the system with \"little_endian\" before byte {}",
                   position_ + pickle.size());
      }
      if (little->integer == 0) file_.fail("byte order big, expected little");
    });
  }

  /// The list of keys, then the storages in its order to the end of the file.
  void read_storages(const TorchUnpickler& unpickler) {
    std::map<std::string_view, const TorchStorage*> known;
    for (const TorchStorage& storage : unpickler.storages()) {
      const auto [found, added] = known.emplace(storage.key, &storage);
      if (!added &&
          (found->second->type != storage.type || found->second->count != storage.count)) {
        file_.fail("storage {} is described in two ways", printable(storage.key));
      }
    }
    std::vector<std::string_view> keys;
    read_plain([&](const Pickle& pickle, const PickleValue& list) {
      if (list.kind != Kind::list) pickle.fail("expected the list of storage keys");
      for (const PickleRef item : list.items) {
        if (pickle[item].kind != Kind::text) pickle.fail("a storage key is no text");
        keys.push_back(pickle[item].text);
      }
    });
    for (const std::string_view key : keys) {
      const auto found = known.find(key);
      if (found == known.end()) file_.fail("storage {} belongs to no tensor", printable(key));
      read_storage(*found->second);
    }
    if (position_ != file_.bytes.size()) {
      file_.fail("{} bytes follow the last storage", file_.bytes.size() - position_);
    }
  }

  void read_storage(const TorchStorage& storage) {
    const std::string name = printable(storage.key);
    const uint64_t element = storage.type ? size_of(*storage.type) : 1;
    const uint64_t left = file_.bytes.size() - position_;
    if (left < sizeof(uint64_t)) file_.fail("storage {}: the file is cut short", name);
    const auto count = load_le<uint64_t>(file_.bytes, position_);
    if (count != storage.count) {
      file_.fail("storage {}: has {} elements at byte {}, expected {}", name, count, position_,
                 storage.count);
    }
    position_ += sizeof(uint64_t);
    if (count > (file_.bytes.size() - position_) / element) {
      file_.fail(
          "storage {}: {} elements of {} bytes at byte {} reach beyond the end; the file is "
          "cut short",
          name, count, element, position_);
    }
    if (!storages_.emplace(storage.key, file_.bytes.subspan(position_, count * element)).second) {
      file_.fail("storage {} occurs twice", name);
    }
    position_ += count * element;
  }

  const Source& file_;
  CheckpointContent& content_;
  size_t position_ = 0;
  std::map<std::string_view, std::span<const std::byte>> storages_;
};

}  // namespace

void read_torch_legacy(const Source& source, CheckpointContent& content) {
  LegacyReader(source, content).read();
}

}  // namespace dpt::weights
