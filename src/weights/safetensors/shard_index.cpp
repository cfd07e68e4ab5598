#include "weights/safetensors/shard_index.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace dpt::weights {

namespace {

constexpr size_t max_shards = 1000;

/// Reads by events: only two levels are kept, however deep the rest nests.
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
    if (!names_.insert(key_).second) source_.fail("tensor {} is named twice", printable(key_));
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
  std::set<std::string> names_;
  size_t depth_ = 0;
  bool in_map_ = false;
  std::string key_;
};

}  // namespace

ShardMap read_shard_index(const Source& index) {
  IndexReader reader(index);
  const std::string_view text = index.text();
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  ShardMap shards = reader.take();
  if (shards.empty()) index.fail("names no tensors under \"weight_map\"");
  return shards;
}

}  // namespace dpt::weights
