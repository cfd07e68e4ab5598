#include "backend/cpu/constant_store.h"

namespace dpt::cpu {

namespace {

Buffer<float> read(const graph::Constant& constant) {
  Buffer<float> values(static_cast<size_t>(constant.shape.elements()), "weights");
  constant.read(values.data());
  return values;
}

}  // namespace

const float* ConstantStore::plain(const graph::ConstantPtr& constant) {
  const std::lock_guard lock(mutex_);
  auto found = plain_.find(constant->key);
  if (found == plain_.end()) found = plain_.emplace(constant->key, read(*constant)).first;
  return found->second.data();
}

const PackedWeights* ConstantStore::packed(const char* layout, const graph::ConstantPtr& constant,
                                           const Pack& pack) {
  const std::lock_guard lock(mutex_);
  const std::string key = std::string(layout) + constant->key;
  auto found = packed_.find(key);
  if (found == packed_.end()) found = packed_.emplace(key, pack(read(*constant).data())).first;
  return &found->second;
}

const PackedWeights* ConstantStore::linear(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return packed("linear:", constant, [&](const float* w) { return pack_linear(w, s[0], s[1]); });
}

const PackedWeights* ConstantStore::conv(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return packed("conv:", constant,
                [&](const float* w) { return pack_conv(w, s[0], s[1], s[2], s[3]); });
}

const PackedWeights* ConstantStore::conv_transpose(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return packed("transpose:", constant,
                [&](const float* w) { return pack_conv_transpose(w, s[0], s[1], s[2]); });
}

size_t ConstantStore::bytes() const {
  const std::lock_guard lock(mutex_);
  size_t total = 0;
  for (const auto& [key, values] : plain_) total += values.size() * sizeof(float);
  for (const auto& [key, weights] : packed_) total += weights.bytes();
  return total;
}

}  // namespace dpt::cpu
