#include "weights/torch/pickle.h"

#include <array>
#include <utility>

#include "weights/torch/pickle_opcodes.h"

namespace dpt::weights {

using Kind = PickleValue::Kind;

namespace {

constexpr uint8_t lowest_protocol = 2;
constexpr uint8_t highest_protocol = 5;

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 13> names = {
      "None",   "a boolean",    "an integer", "a large integer", "a number", "a text",    "a tuple",
      "a list", "a dictionary", "a global",   "a storage",       "a tensor", "plain data"};
  return names[static_cast<size_t>(kind)];
}

Pickle::Pickle(const Source& source, PickleHandler& handler, uint64_t origin)
    : source_(source), handler_(handler), origin_(origin) {}

PickleRef Pickle::load() {
  if (source_.bytes.empty() || source_.bytes[0] != std::byte{opcode::proto}) {
    fail("expected a pickle of protocol 2 or above, which begins with PROTO");
  }
  for (size_t count = 1; step(); ++count) {
    if (count >= max_opcodes) fail("more than {} opcodes", max_opcodes);
  }
  if (!marks_.empty() || stack_.size() != 1) {
    fail("STOP expects one value on the stack, found {} (and {} open marks)", stack_.size(),
         marks_.size());
  }
  return stack_[0];
}

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
  for (size_t i = dict.items.size(); i >= 2; i -= 2) {
    const PickleValue& candidate = values_[dict.items[i - 2]];
    if (candidate.kind == Kind::text && candidate.text == key) return &values_[dict.items[i - 1]];
  }
  return nullptr;
}

void Pickle::fail_here(const std::string& text) const {
  source_.fail("byte {}: {}", origin_ + opcode_position_, text);
}

void Pickle::fail_opcode(uint8_t code) const {
  const std::string_view name = opcode::name_of(code);
  if (name.empty()) fail("0x{:02x} is no pickle opcode; the file is damaged", code);
  fail("refused the pickle opcode {}: no weight file needs it", name);
}

void Pickle::fail_underflow() const { fail("a pickle opcode finds too few values on the stack"); }

// --- one opcode ----------------------------------------------------------------------------------

bool Pickle::step() {
  opcode_position_ = position_;
  const auto code = take_le<uint8_t>();
  if (code == opcode::stop) return false;
  if (!step_scalar(code) && !step_structure(code) && !step_data(code) && !step_memo(code) &&
      !step_handled(code)) {
    fail_opcode(code);
  }
  return true;
}

bool Pickle::step_scalar(uint8_t code) {
  switch (code) {
    case opcode::none:
      push_value(PickleValue(Kind::none));
      return true;
    case opcode::newtrue:
    case opcode::newfalse:
      push_value(PickleValue(Kind::boolean, code == opcode::newtrue ? 1 : 0));
      return true;
    case opcode::binint:
      push_value(PickleValue(Kind::integer, static_cast<int32_t>(take_le<uint32_t>())));
      return true;
    case opcode::binint1:
      push_value(PickleValue(Kind::integer, take_le<uint8_t>()));
      return true;
    case opcode::binint2:
      push_value(PickleValue(Kind::integer, take_le<uint16_t>()));
      return true;
    case opcode::long1:
      push_long(take(take_le<uint8_t>()));
      return true;
    case opcode::binfloat:  // its value is never used: numbers beside tensors are ignored
      take(8);
      push_value(PickleValue(Kind::real));
      return true;
    case opcode::binunicode:
    case opcode::binstring:  // Python 2
      push_value(PickleValue(Kind::text, take_text(take_le<uint32_t>())));
      return true;
    case opcode::binunicode8:
      push_value(PickleValue(Kind::text, take_text(take_le<uint64_t>())));
      return true;
    case opcode::short_binunicode:
    case opcode::short_binstring:  // Python 2
      push_value(PickleValue(Kind::text, take_text(take_le<uint8_t>())));
      return true;
    default:
      return false;
  }
}

bool Pickle::step_structure(uint8_t code) {
  switch (code) {
    case opcode::proto: {
      const auto protocol = take_le<uint8_t>();
      if (protocol < lowest_protocol || protocol > highest_protocol) {
        fail("pickle protocol {}, expected {} to {}", protocol, lowest_protocol, highest_protocol);
      }
      return true;
    }
    case opcode::frame: {
      const auto length = take_le<uint64_t>();
      if (!inside(position_, length, source_.bytes.size())) fail("FRAME reaches beyond the data");
      return true;
    }
    case opcode::mark:
      if (marks_.size() >= max_marks) fail("nested deeper than {} marks", max_marks);
      marks_.push_back(stack_.size());
      return true;
    case opcode::empty_tuple:
      push_value(PickleValue(Kind::tuple));
      return true;
    case opcode::empty_list:
      push_value(PickleValue(Kind::list));
      return true;
    case opcode::empty_dict:
      push_value(PickleValue(Kind::dict));
      return true;
    case opcode::tuple:
      push_value(PickleValue(Kind::tuple, pop_to_mark()));
      return true;
    case opcode::tuple1:
    case opcode::tuple2:
    case opcode::tuple3:
      push_value(PickleValue(Kind::tuple, pop_items(code - opcode::tuple1 + 1U)));
      return true;
    case opcode::append:
    case opcode::setitem: {
      const auto items = pop_items(code == opcode::append ? 1 : 2);
      append(top(), code == opcode::append ? Kind::list : Kind::dict, items);
      return true;
    }
    case opcode::appends:
    case opcode::setitems: {
      const auto items = pop_to_mark();
      append(top(), code == opcode::appends ? Kind::list : Kind::dict, items);
      return true;
    }
    default:
      return false;
  }
}

/// What stands beside tensors and is not looked at.
bool Pickle::step_data(uint8_t code) {
  switch (code) {
    case opcode::short_binbytes:
      take(take_le<uint8_t>());
      break;
    case opcode::binbytes:
      take(take_le<uint32_t>());
      break;
    case opcode::binbytes8:
    case opcode::bytearray8:
      take(take_le<uint64_t>());
      break;
    case opcode::empty_set:
      break;
    case opcode::frozenset:
      pop_to_mark();
      break;
    case opcode::additems: {
      const auto items = pop_to_mark();
      append(top(), Kind::data, items);
      return true;
    }
    default:
      return false;
  }
  push_value(PickleValue(Kind::data));
  return true;
}

bool Pickle::step_memo(uint8_t code) {
  switch (code) {
    case opcode::binput:
      memorise(take_le<uint8_t>());
      return true;
    case opcode::long_binput:
      memorise(take_le<uint32_t>());
      return true;
    case opcode::memoize:
      memorise(memo_.size());
      return true;
    case opcode::binget:
      recall(take_le<uint8_t>());
      return true;
    case opcode::long_binget:
      recall(take_le<uint32_t>());
      return true;
    default:
      return false;
  }
}

bool Pickle::step_handled(uint8_t code) {
  switch (code) {
    case opcode::global: {
      const std::string_view module = take_line();
      push_global(module, take_line());
      return true;
    }
    case opcode::stack_global: {
      const PickleValue& name = values_[pop()];
      const PickleValue& module = values_[pop()];
      if (module.kind != Kind::text || name.kind != Kind::text) {
        fail("STACK_GLOBAL expects two texts, found {} and {}", weights::name_of(module.kind),
             weights::name_of(name.kind));
      }
      push_global(module.text, name.text);
      return true;
    }
    case opcode::binpersid:
      push_value(handler_.persistent(*this, pop()));
      return true;
    case opcode::reduce: {
      const auto [callable, arguments] = pop_call("REDUCE");
      push_value(handler_.call(*this, callable, arguments));
      return true;
    }
    case opcode::newobj: {
      const auto [type, arguments] = pop_call("NEWOBJ");
      push_value(handler_.make(*this, type, arguments));
      return true;
    }
    case opcode::build: {
      const PickleRef state = pop();
      handler_.build(*this, top(), state);
      return true;
    }
    default:
      return false;
  }
}

// --- bytes ---------------------------------------------------------------------------------------

std::span<const std::byte> Pickle::take(uint64_t count) {
  if (!inside(position_, count, source_.bytes.size())) {
    fail("the pickle ends in the middle of an opcode; the file is cut short or damaged");
  }
  const auto bytes = source_.bytes.subspan(position_, count);
  position_ += count;
  return bytes;
}

std::string_view Pickle::take_text(uint64_t count) {
  const auto bytes = take(count);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view Pickle::take_line() {
  const std::string_view rest = source_.text().substr(position_);
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) fail("a name in the pickle has no end");
  position_ += end + 1;
  return rest.substr(0, end);
}

// --- stack and memo ------------------------------------------------------------------------------

void Pickle::push(PickleRef ref) {
  if (stack_.size() >= max_values) fail("more than {} values on the stack", max_values);
  stack_.push_back(ref);
}

void Pickle::push_value(PickleValue value) {
  if (values_.size() >= max_values) fail("more than {} values", max_values);
  items_ += value.items.size();
  if (items_ > max_items) fail("more than {} items in tuples, lists and dictionaries", max_items);
  values_.push_back(std::move(value));
  push(static_cast<PickleRef>(values_.size() - 1));
}

/// Two's complement, little-endian, of any length.
void Pickle::push_long(std::span<const std::byte> bytes) {
  if (bytes.size() > sizeof(int64_t)) {
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    push_value(PickleValue(Kind::big_integer, std::string_view(text, bytes.size())));
    return;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  const bool negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
  if (negative && bytes.size() < sizeof(int64_t)) value |= ~uint64_t{0} << (8 * bytes.size());
  push_value(PickleValue(Kind::integer, static_cast<int64_t>(value)));
}

void Pickle::push_global(std::string_view module, std::string_view name) {
  push_value(handler_.global(*this, module, name));
}

PickleRef Pickle::top() const {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) fail_underflow();
  return stack_.back();
}

PickleRef Pickle::pop() {
  const PickleRef ref = top();
  stack_.pop_back();
  return ref;
}

/// What is called, and its arguments.
std::pair<PickleRef, PickleRef> Pickle::pop_call(const char* code) {
  const PickleRef arguments = pop();
  const PickleRef callable = pop();
  if (values_[arguments].kind != Kind::tuple) {
    fail("{} expects a tuple of arguments, found {}", code,
         weights::name_of(values_[arguments].kind));
  }
  return {callable, arguments};
}

std::vector<PickleRef> Pickle::pop_items(size_t count) {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - floor < count) fail_underflow();
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<PickleRef> items(first, stack_.end());
  stack_.erase(first, stack_.end());
  return items;
}

std::vector<PickleRef> Pickle::pop_to_mark() {
  if (marks_.empty()) fail("a pickle opcode finds no mark on the stack");
  auto items = pop_items(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

void Pickle::append(PickleRef container, Kind kind, const std::vector<PickleRef>& items) {
  PickleValue& target = values_[container];
  if (target.kind == Kind::data) return;  // of a class that is a list, dictionary or set
  if (target.kind != kind) {
    fail("cannot add items to {}, expected {}", weights::name_of(target.kind),
         weights::name_of(kind));
  }
  if (kind == Kind::dict && items.size() % 2 != 0) fail("a dictionary's key has no value");
  target.items.insert(target.items.end(), items.begin(), items.end());
}

void Pickle::memorise(uint64_t index) {
  if (index >= max_values) fail("memo entry {}, beyond the limit of {}", index, max_values);
  if (index >= memo_.size()) memo_.resize(index + 1);
  memo_[index] = top() + 1;
}

void Pickle::recall(uint64_t index) {
  if (index >= memo_.size() || memo_[index] == 0) fail("memo entry {} was never stored", index);
  push(memo_[index] - 1);
}

}  // namespace dpt::weights
