// A pickle machine (Python's Lib/pickletools.py describes the opcodes) for the data of PyTorch
// files. It builds values, never calls anything: what a GLOBAL, a REDUCE, a persistent id or a
// BUILD means is the handler's to say, and the handler knows a fixed list.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "weights/source.h"

namespace dpt::weights {

/// Index of a value in the machine. Values may refer to each other in circles.
using PickleRef = uint32_t;

struct PickleValue {
  enum class Kind : uint8_t {
    none,
    boolean,
    integer,
    big_integer,  ///< text: the bytes of an integer of more than 64 bits
    real,
    text,
    tuple,
    list,
    dict,    ///< items: key, value, key, value, ...; a later key replaces an earlier equal one
    global,  ///< integer, storage and tensor: a number that the handler chose
    storage,
    tensor,
    data,  ///< something plain whose value nobody asks for: bytes, a set, a path
  };
  Kind kind = Kind::none;
  int64_t integer = 0;
  std::string_view text;  ///< in the pickle's own bytes
  std::vector<PickleRef> items;

  explicit PickleValue(Kind kind_of, int64_t value = 0) : kind(kind_of), integer(value) {}
  PickleValue(Kind kind_of, std::string_view characters) : kind(kind_of), text(characters) {}
  PickleValue(Kind kind_of, std::vector<PickleRef> parts)
      : kind(kind_of), items(std::move(parts)) {}
};

std::string_view name_of(PickleValue::Kind kind);

class Pickle;

/// What the machine asks for. Each function gives the value that takes the place of the expression,
/// or throws through Pickle::fail().
class PickleHandler {
 public:
  virtual ~PickleHandler() = default;
  virtual PickleValue global(Pickle& pickle, std::string_view module, std::string_view name) = 0;
  virtual PickleValue persistent(Pickle& pickle, PickleRef id) = 0;
  /// `callable(*arguments)`; arguments is a tuple.
  virtual PickleValue call(Pickle& pickle, PickleRef callable, PickleRef arguments) = 0;
  /// A new object of a class; arguments is a tuple.
  virtual PickleValue make(Pickle& pickle, PickleRef type, PickleRef arguments) = 0;
  /// Sets the state of `object`, which stays on the stack.
  virtual void build(Pickle& pickle, PickleRef object, PickleRef state) = 0;
};

/// Reads one pickle. Opcodes that neither tensors nor the plain data beside them need are errors
/// that name them. Bounded: opcodes, values, their items, memo, depth of marks; strings are not
/// copied. So the memory taken stays below 200 MB whatever the file says, and there is no
/// recursion.
class Pickle {
 public:
  static constexpr size_t max_values = size_t{1} << 19;
  static constexpr size_t max_opcodes = size_t{1} << 22;
  /// References of tuples, lists and dictionaries to their items, those that calls copy included.
  static constexpr size_t max_items = size_t{1} << 22;
  static constexpr size_t max_marks = 1000;

  /// `source.bytes` begin with the pickle; more may follow. `origin` is added to byte offsets in
  /// error messages. Both must outlive the object, as must the handler.
  Pickle(const Source& source, PickleHandler& handler, uint64_t origin = 0);

  /// Runs to STOP and gives the value that the pickle holds.
  PickleRef load();

  /// Bytes that the pickle took, STOP included.
  size_t size() const { return position_; }

  const PickleValue& operator[](PickleRef ref) const { return values_[ref]; }

  /// Value of the dictionary's last entry with this text as key, or null.
  const PickleValue* find(const PickleValue& dict, std::string_view key) const;

  /// Throws Error(model): the source's name, the byte where the current opcode stands, the text.
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) const {
    fail_here(fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  [[noreturn]] void fail_here(const std::string& text) const;
  [[noreturn]] void fail_opcode(uint8_t opcode) const;
  [[noreturn]] void fail_underflow() const;

  bool step();
  bool step_structure(uint8_t opcode);
  bool step_data(uint8_t opcode);
  bool step_scalar(uint8_t opcode);
  bool step_memo(uint8_t opcode);
  bool step_handled(uint8_t opcode);

  std::span<const std::byte> take(uint64_t count);
  template <typename T>
  T take_le() {
    return load_le<T>(take(sizeof(T)), 0);
  }
  std::string_view take_text(uint64_t count);
  std::string_view take_line();

  void push(PickleRef ref);
  void push_value(PickleValue value);
  void push_long(std::span<const std::byte> bytes);
  void push_global(std::string_view module, std::string_view name);
  std::pair<PickleRef, PickleRef> pop_call(const char* opcode);
  PickleRef pop();
  PickleRef top() const;
  std::vector<PickleRef> pop_items(size_t count);
  std::vector<PickleRef> pop_to_mark();
  void append(PickleRef container, PickleValue::Kind kind, const std::vector<PickleRef>& items);
  void memorise(uint64_t index);
  void recall(uint64_t index);

  const Source& source_;
  PickleHandler& handler_;
  uint64_t origin_;
  size_t position_ = 0;
  size_t opcode_position_ = 0;
  std::vector<PickleValue> values_;
  size_t items_ = 0;  // that came with the values
  std::vector<PickleRef> stack_;
  std::vector<size_t> marks_;    // heights of the stack
  std::vector<PickleRef> memo_;  // value + 1; 0: empty
};

}  // namespace dpt::weights
