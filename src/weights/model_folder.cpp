#include "weights/model_folder.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "weights/source.h"

namespace dpt::weights {

namespace fs = std::filesystem;

namespace {

constexpr size_t max_shards = 1000;

using Files = std::vector<std::shared_ptr<const Checkpoint>>;

std::string read_text(const fs::path& path) {
  const auto bytes = read_file(path, largest_text, ErrorKind::model);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::string> read_text_if_present(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  return read_text(path);
}

/// Names of tensors by the shard that holds them.
using ShardMap = std::map<std::string, std::set<std::string>>;

/// {"weight_map": {TENSOR: FILE, ...}, ...}. Read by events: only these two levels are kept,
/// however deep the rest nests.
class IndexReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit IndexReader(const Source& source) : source_(source) {}
  ShardMap take() { return std::move(shards_); }

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(int64_t) override { return other(); }
  bool number_unsigned(uint64_t) override { return other(); }
  bool number_float(double, const std::string&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool start_array(size_t) override {
    ++depth_;
    return other();
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool start_object(size_t) override {
    ++depth_;
    if (depth_ == 2 && key_ == "weight_map") in_map_ = true;
    return depth_ == 2 || other();
  }
  bool end_object() override {
    if (depth_-- == 2) in_map_ = false;
    return true;
  }
  bool key(std::string& text) override {
    if (depth_ <= 2) key_ = text;
    return true;
  }
  bool string(std::string& file) override {
    if (!in_map_) return true;
    if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos) {
      source_.fail("tensor {}: {} is no name of a file in this folder", printable(key_),
                   printable(file));
    }
    shards_[file].insert(key_);
    if (shards_.size() > max_shards) source_.fail("more than {} shards", max_shards);
    return true;
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    source_.fail("is not valid JSON in UTF-8 (byte {})", position);
  }

 private:
  bool other() const {
    if (in_map_) source_.fail("tensor {}: expected the name of its file", printable(key_));
    return true;
  }

  const Source& source_;
  ShardMap shards_;
  size_t depth_ = 0;
  bool in_map_ = false;
  std::string key_;
};

Files open_shards(const fs::path& index) {
  const std::string text = read_text(index);
  const Source source{shown(index), std::as_bytes(std::span(text))};
  IndexReader reader(source);
  nlohmann::json::sax_parse(text, &reader);
  const ShardMap shards = reader.take();
  if (shards.empty()) source.fail("names no tensors under \"weight_map\"");
  Files files;
  for (const auto& [file, names] : shards) {
    files.push_back(open_checkpoint(index.parent_path() / file));
    for (const std::string& name : names) {
      if (!files.back()->tensors().contains(name)) {
        source.fail("tensor {} is not in {}", printable(name), printable(file));
      }
    }
  }
  return files;
}

Files open_weights(const fs::path& folder) {
  if (const auto path = folder / "model.safetensors"; fs::exists(path)) {
    return {open_checkpoint(path)};
  }
  if (const auto path = folder / "model.safetensors.index.json"; fs::exists(path)) {
    return open_shards(path);
  }
  if (const auto path = folder / "pytorch_model.bin"; fs::exists(path)) {
    return {open_checkpoint(path)};
  }
  fail(ErrorKind::model,
       "{}: expected a folder with model.safetensors, model.safetensors.index.json or "
       "pytorch_model.bin; found none of them",
       shown(folder));
}

}  // namespace

ModelFolder open_model_folder(const fs::path& folder) {
  return {open_weights(folder), read_text_if_present(folder / config_name),
          read_text_if_present(folder / preprocessor_config_name)};
}

}  // namespace dpt::weights
