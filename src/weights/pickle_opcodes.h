// Codes and names of the pickle opcodes, as in Python's Lib/pickle.py.
#pragma once

#include <cstdint>
#include <string_view>

namespace dpt::weights::opcode {

// Those that the machine runs.
constexpr uint8_t MARK = '(';
constexpr uint8_t STOP = '.';
constexpr uint8_t BINFLOAT = 'G';
constexpr uint8_t BININT = 'J';
constexpr uint8_t BININT1 = 'K';
constexpr uint8_t BININT2 = 'M';
constexpr uint8_t NONE = 'N';
constexpr uint8_t BINPERSID = 'Q';
constexpr uint8_t REDUCE = 'R';
constexpr uint8_t SHORT_BINSTRING = 'U';
constexpr uint8_t BINUNICODE = 'X';
constexpr uint8_t APPEND = 'a';
constexpr uint8_t BUILD = 'b';
constexpr uint8_t GLOBAL = 'c';
constexpr uint8_t APPENDS = 'e';
constexpr uint8_t BINGET = 'h';
constexpr uint8_t LONG_BINGET = 'j';
constexpr uint8_t BINPUT = 'q';
constexpr uint8_t LONG_BINPUT = 'r';
constexpr uint8_t SETITEM = 's';
constexpr uint8_t TUPLE = 't';
constexpr uint8_t SETITEMS = 'u';
constexpr uint8_t EMPTY_LIST = ']';
constexpr uint8_t EMPTY_DICT = '}';
constexpr uint8_t EMPTY_TUPLE = ')';
constexpr uint8_t PROTO = 0x80;
constexpr uint8_t TUPLE1 = 0x85;
constexpr uint8_t TUPLE2 = 0x86;
constexpr uint8_t TUPLE3 = 0x87;
constexpr uint8_t NEWTRUE = 0x88;
constexpr uint8_t NEWFALSE = 0x89;
constexpr uint8_t LONG1 = 0x8a;
constexpr uint8_t SHORT_BINUNICODE = 0x8c;
constexpr uint8_t STACK_GLOBAL = 0x93;
constexpr uint8_t MEMOIZE = 0x94;
constexpr uint8_t FRAME = 0x95;

/// The opcode's name, also of those that the machine refuses; empty when there is none.
std::string_view name_of(uint8_t code);

}  // namespace dpt::weights::opcode
