#include "backend/cpu/constant_store.h"

namespace dpt::cpu {

template <typename T, typename Make>
const T* ConstantStore::find_or_make(std::map<std::string, T>& map, const char* layout,
                                     const graph::ConstantPtr& constant, const Make& make) {
  const std::lock_guard lock(mutex_);
  const std::string key = layout + constant->key;
  auto found = map.find(key);
  if (found == map.end()) {
    Buffer<float> values(static_cast<size_t>(constant->shape.elements()), "weights");
    constant->read(values.data());
    found = map.emplace(key, make(std::move(values))).first;
  }
  return &found->second;
}

const float* ConstantStore::plain(const graph::ConstantPtr& constant) {
  return find_or_make(plain_, "", constant, [](Buffer<float> values) { return values; })->data();
}

const PackedWeights* ConstantStore::linear(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, "linear:", constant, [&](const Buffer<float>& values) {
    return pack_linear(values.data(), s[0], s[1]);
  });
}

const PackedWeights* ConstantStore::conv(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, "conv:", constant, [&](const Buffer<float>& values) {
    return pack_conv(values.data(), s[0], s[1], s[2], s[3]);
  });
}

const WinogradWeights* ConstantStore::winograd(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return find_or_make(winograd_, "", constant, [&](const Buffer<float>& values) {
    return pack_winograd(values.data(), s[0], s[1]);
  });
}

const PackedWeights* ConstantStore::conv_transpose(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, "transpose:", constant, [&](const Buffer<float>& values) {
    return pack_conv_transpose(values.data(), s[0], s[1], s[2]);
  });
}

size_t ConstantStore::bytes() const {
  const std::lock_guard lock(mutex_);
  size_t total = 0;
  for (const auto& [key, values] : plain_) total += values.size() * sizeof(float);
  for (const auto& [key, weights] : packed_) total += weights.bytes();
  for (const auto& [key, weights] : winograd_) total += weights.bytes();
  return total;
}

}  // namespace dpt::cpu
