#include "backend/cpu/constant_store.h"

#include <algorithm>
#include <utility>

namespace dpt::cpu {

namespace {

/// Of a precision lower than fp32.
Arithmetic arithmetic_of(backend::Precision precision) {
  switch (precision) {
    case backend::Precision::bf16:
      return Arithmetic::bf16;
    case backend::Precision::int8:
      return Arithmetic::int8;
    default:
      return Arithmetic::fp32;
  }
}

/// Part of the key of weights whose layout depends on their arithmetic.
std::string layout_of(const char* kind, Arithmetic arithmetic) {
  return std::string(kind) + std::to_string(static_cast<int>(arithmetic)) + ':';
}

}  // namespace

ConstantStore::ConstantStore(backend::Precision precision)
    : precision_(has_unit_for(arithmetic_of(precision)) ? precision : backend::Precision::fp32) {}

Arithmetic ConstantStore::arithmetic(bool sensitive) const {
  if (precision_ != backend::Precision::fp32 && !sensitive) return arithmetic_of(precision_);
  if (!parts_beat_fp32()) return Arithmetic::fp32;
  // What is sensitive at a lower precision need not be more exact than two parts.
  const bool exact = sensitive && precision_ == backend::Precision::fp32;
  return exact ? Arithmetic::bf16x6 : Arithmetic::bf16x3;
}

Arithmetic ConstantStore::attention_arithmetic() const {
  if (precision_ == backend::Precision::fp32) return arithmetic(true);
  return has_unit_for(Arithmetic::bf16) ? Arithmetic::bf16 : Arithmetic::fp32;
}

bool ConstantStore::beats_winograd() const {
  return arithmetic() == Arithmetic::int8 ||
         (arithmetic() != Arithmetic::fp32 && parts_beat_fp32());
}

template <typename T, typename Make>
const T* ConstantStore::find_or_make(Entries<T>& entries, const std::string& layout,
                                     const graph::ConstantPtr& constant, const Make& make) {
  Entry<T>* entry = nullptr;
  {
    const std::lock_guard lock(mutex_);
    entry = &entries[layout + constant->key];
  }
  std::call_once(entry->once, [&] { entry->value = make(); });
  return &entry->value;
}

const float* ConstantStore::plain(const graph::ConstantPtr& constant) {
  const auto copy = [&] {
    Buffer<float> kept(static_cast<size_t>(constant->shape.elements()), "weights");
    constant->read(kept.data());
    return kept;
  };
  return find_or_make(plain_, "", constant, copy)->data();
}

const PackedWeights* ConstantStore::linear(const graph::ConstantPtr& constant,
                                           Arithmetic arithmetic) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, layout_of("linear", arithmetic), constant,
                      [&] { return pack_linear(constant->read_rows, s[0], s[1], arithmetic); });
}

const PackedWeights* ConstantStore::conv(const graph::ConstantPtr& constant,
                                         Arithmetic arithmetic) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, layout_of("conv", arithmetic), constant, [&] {
    return pack_conv(constant->read_rows, s[0], s[1], s[2], s[3], arithmetic);
  });
}

const PackedWeights* ConstantStore::upsampled_conv(const graph::ConstantPtr& constant,
                                                   Arithmetic arithmetic) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, layout_of("upsampled", arithmetic), constant, [&] {
    return pack_upsampled_conv(constant->read_rows, s[0], s[1], arithmetic);
  });
}

const WinogradWeights* ConstantStore::winograd(const graph::ConstantPtr& constant) {
  const Shape& s = constant->shape;
  return find_or_make(winograd_, "", constant,
                      [&] { return pack_winograd(constant->read_rows, s[0], s[1]); });
}

const PackedWeights* ConstantStore::conv_transpose(const graph::ConstantPtr& constant,
                                                   Arithmetic arithmetic) {
  const Shape& s = constant->shape;
  return find_or_make(packed_, layout_of("transpose", arithmetic), constant, [&] {
    return pack_conv_transpose(constant->read_rows, s[0], s[1], s[2], arithmetic);
  });
}

size_t ConstantStore::bytes() const {
  const std::lock_guard lock(mutex_);
  size_t total = 0;
  for (const auto& [key, entry] : plain_) total += entry.value.size() * sizeof(float);
  for (const auto& [key, entry] : packed_) total += entry.value.bytes();
  for (const auto& [key, entry] : winograd_) total += entry.value.bytes();
  return total;
}

}  // namespace dpt::cpu
