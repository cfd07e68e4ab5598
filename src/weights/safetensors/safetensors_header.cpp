#include "weights/safetensors/safetensors_header.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

namespace dpt::weights {

namespace {

/// Events of the JSON parser, checked against the grammar as they come. nlohmann's lexer refuses
/// invalid UTF-8.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderReader(const Source& source) : source_(source) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("true or false"); }
  bool number_float(double, const std::string& text) override {
    unexpected("the number " + printable(text, 40));
  }
  bool number_integer(int64_t value) override { unexpected("the number " + std::to_string(value)); }
  bool binary(binary_t&) override { unexpected("binary data"); }

  bool number_unsigned(uint64_t value) override {
    if (place_ == Place::shape && value <= INT64_MAX) {
      // Beyond the rank that any format has, so that a long list takes no memory.
      if (tensor_.shape.size() >= max_shape_list) fail_in_tensor("has too many dimensions");
      tensor_.shape.push_back(static_cast<int64_t>(value));
    } else if (place_ == Place::offsets && offsets_ < 2) {
      (offsets_++ == 0 ? tensor_.begin : tensor_.end) = value;
    } else {
      unexpected("the number " + std::to_string(value));
    }
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::metadata) {
      header_.metadata[key_] = std::move(text);
    } else if (place_ == Place::tensor && key_ == "dtype") {
      tensor_.dtype = std::move(text);
    } else {
      unexpected("the text \"" + printable(text, 40) + "\"");
    }
    return true;
  }

  bool start_object(size_t) override {
    if (place_ == Place::start) {
      place_ = Place::top;
    } else if (place_ == Place::top && key_ == "__metadata__") {
      place_ = Place::metadata;
    } else if (place_ == Place::top) {
      start_tensor();
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& text) override {
    switch (place_) {
      case Place::top:
        if (!names_.insert(text).second) source_.fail("duplicate name {}", printable(text));
        break;
      case Place::metadata:
        if (header_.metadata.contains(text)) {
          source_.fail("__metadata__: duplicate key {}", printable(text));
        }
        break;
      default:
        check_field(text);
    }
    key_ = std::move(text);
    return true;
  }

  bool start_array(size_t) override {
    if (place_ != Place::tensor || (key_ != "shape" && key_ != "data_offsets")) {
      unexpected("a list");
    }
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    return true;
  }

  bool end_array() override {
    if (place_ == Place::offsets && offsets_ != 2) {
      fail_in_tensor("expected two data offsets, found " + std::to_string(offsets_));
    }
    place_ = Place::tensor;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor) finish_tensor();
    place_ = place_ == Place::top ? Place::end : Place::top;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    source_.fail("the safetensors header is not valid JSON in UTF-8 (byte {} of the header)",
                 position);
  }

 private:
  enum class Place { start, top, metadata, tensor, shape, offsets, end };
  static constexpr size_t max_shape_list = 64;

  void start_tensor() {
    if (header_.tensors.size() >= max_tensors) {
      source_.fail("more than {} tensors", max_tensors);
    }
    place_ = Place::tensor;
    tensor_ = TensorHeader{.name = key_, .dtype = {}, .shape = {}};
    fields_.clear();
    offsets_ = 0;
  }

  void check_field(const std::string& field) {
    if (field != "dtype" && field != "shape" && field != "data_offsets") {
      fail_in_tensor("unknown field " + printable(field, 40));
    }
    if (!fields_.insert(field).second) fail_in_tensor("duplicate field " + field);
  }

  void finish_tensor() {
    for (const char* field : {"dtype", "shape", "data_offsets"}) {
      if (!fields_.contains(field)) fail_in_tensor(std::string("field ") + field + " is missing");
    }
    header_.tensors.push_back(std::move(tensor_));
  }

  [[noreturn]] void fail_in_tensor(const std::string& text) const {
    source_.fail("tensor {}: {}", printable(tensor_.name), text);
  }

  [[noreturn]] void unexpected(const std::string& found) const {
    switch (place_) {
      case Place::metadata:
        source_.fail("__metadata__: expected a text for key {}, found {}", printable(key_), found);
      case Place::tensor:
        fail_in_tensor(fmt::format("expected {} for field {}, found {}",
                                   key_ == "dtype" ? "a text" : "a list of integers", key_, found));
      case Place::shape:
        fail_in_tensor("expected non-negative integers as shape, found " + found);
      case Place::offsets:
        fail_in_tensor("expected two non-negative integers as data offsets, found " + found);
      default:
        source_.fail("expected an object for {}, found {}", printable(key_), found);
    }
  }

  const Source& source_;
  SafetensorsHeader header_;
  std::set<std::string> names_;
  Place place_ = Place::start;
  std::string key_;
  TensorHeader tensor_;
  std::set<std::string> fields_;
  int offsets_ = 0;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(const Source& header) {
  HeaderReader reader(header);
  const std::string_view text = header.text();
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return reader.take();
}

}  // namespace dpt::weights
