// The pickle machine and the few things that it knows, through small files.
#include "weights/torch/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "test_files.h"
#include "weights/checkpoint.h"

namespace dpt::weights {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class PickleTest : public WeightsTest {
 protected:
  /// Opens a zip file with this pickle and one storage "0" of `values`.
  std::shared_ptr<const Checkpoint> open(const std::string& body,
                                         const std::vector<float>& values = {1, 2, 3, 4, 5, 6}) {
    return open_checkpoint(
        write("a.pt", torch_zip(pickled::program(body), {{"0", floats(values)}})));
  }
  std::string error_for(const std::string& body) {
    const std::string error = error_of([&] { open(body); });
    EXPECT_THAT(error, StartsWith((folder_ / "a.pt").string() + ": "));
    return error;
  }
  static std::string floats6() { return pickled::storage("FloatStorage", "0", 6); }
  static std::string tensor(int32_t offset, const std::vector<int32_t>& shape,
                            const std::vector<int32_t>& strides) {
    return pickled::tensor(floats6(), offset, shape, strides);
  }
  std::string error_for_tensor(const std::string& value) {
    return error_for(pickled::dict({{"w", value}}));
  }
};

TEST_F(PickleTest, TensorsOfOneStorage) {
  const auto file = open(pickled::dict({{"all", tensor(0, {2, 3}, {3, 1})},
                                        {"transposed", tensor(0, {3, 2}, {1, 3})},
                                        {"row", tensor(3, {3}, {1})},
                                        {"column", tensor(1, {2, 1}, {3, 7})},
                                        {"repeated", tensor(5, {2, 2}, {0, 0})},
                                        {"scalar", tensor(4, {}, {})},
                                        {"empty", tensor(6, {0, 5}, {5, 1})}}));
  const auto& tensors = file->tensors();
  EXPECT_EQ(tensors.size(), 7U);
  EXPECT_EQ(values_of(tensors.at("all")), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(values_of(tensors.at("transposed")), (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(values_of(tensors.at("row")), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(values_of(tensors.at("column")), (std::vector<float>{2, 5}));
  EXPECT_EQ(values_of(tensors.at("repeated")), (std::vector<float>{6, 6, 6, 6}));
  EXPECT_EQ(values_of(tensors.at("scalar")), std::vector<float>{5});
  EXPECT_EQ(tensors.at("empty").shape, (Shape{0, 5}));
  for (const auto& [name, view] : tensors) file->release(view);
  EXPECT_EQ(values_of(tensors.at("transposed")), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST_F(PickleTest, StridedTensorsOfHigherRank) {
  std::vector<float> values(24);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  const std::string storage = pickled::storage("FloatStorage", "0", 24);
  // [2, 3, 4] stored as [4, 3, 2].
  const auto file =
      open(pickled::dict({{"w", pickled::tensor(storage, 0, {2, 3, 4}, {1, 2, 6})}}), values);
  const auto w = values_of(file->tensors().at("w"));
  for (size_t i = 0; i < 2; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t k = 0; k < 4; ++k) {
        EXPECT_EQ(w[(i * 3 + j) * 4 + k], values[i + 2 * j + 6 * k]);
      }
    }
  }
}

TEST_F(PickleTest, ViewsMustLieInTheirStorage) {
  const auto outside = [](const std::string& text) {
    return "tensor w: " + text + " does not lie in its storage of 6 elements";
  };
  EXPECT_THAT(error_for_tensor(tensor(0, {7}, {1})),
              HasSubstr(outside("shape [7] with strides [1] at offset 0")));
  EXPECT_THAT(error_for_tensor(tensor(1, {2, 3}, {3, 1})),
              HasSubstr(outside("shape [2, 3] with strides [3, 1] at offset 1")));
  EXPECT_THAT(error_for_tensor(tensor(6, {}, {})), HasSubstr("does not lie in its storage"));
  EXPECT_THAT(error_for_tensor(tensor(0, {2}, {INT32_MAX})), HasSubstr("does not lie"));
  EXPECT_THAT(error_for_tensor(tensor(0, {1000000, 1000000}, {0, INT32_MAX})),
              HasSubstr("does not lie in its storage"));
  EXPECT_THAT(error_for_tensor(tensor(0, {2000000000, 2000000000, 2000000000}, {0, 0, 0})),
              HasSubstr("tensor w: shape [2000000000, 2000000000, 2000000000] is too large"));
  EXPECT_THAT(error_for_tensor(tensor(0, {-1}, {1})), HasSubstr("negative shape: -1"));
  EXPECT_THAT(error_for_tensor(tensor(0, {1}, {-1})), HasSubstr("negative stride: -1"));
  EXPECT_THAT(error_for_tensor(tensor(-1, {1}, {1})), HasSubstr("negative storage offset: -1"));
}

TEST_F(PickleTest, RepeatedDataIsBounded) {
  EXPECT_THAT(
      error_for_tensor(tensor(0, {20000, 20000}, {0, 0})),
      HasSubstr("tensor w: shape [20000, 20000] with strides [0, 0] repeats its data beyond "
                "what the file's size allows"));
}

TEST_F(PickleTest, TensorArguments) {
  EXPECT_THAT(error_for_tensor(tensor(0, {1, 2}, {1})),
              HasSubstr("a tensor has 2 dimensions but 1 strides"));
  EXPECT_THAT(error_for_tensor(tensor(0, std::vector<int32_t>(9, 1), std::vector<int32_t>(9, 1))),
              HasSubstr("a tensor has 9 dimensions, more than the limit of 8"));
  const std::string rebuild = pickled::global("torch._utils", "_rebuild_tensor_v2");
  EXPECT_THAT(error_for_tensor(pickled::call(rebuild, pickled::tuple_of({1, 2}))),
              HasSubstr("a tensor is rebuilt from 2 arguments, expected 6 or 7"));
  EXPECT_THAT(error_for_tensor(pickled::call(rebuild, pickled::tuple_of({1, 2, 3, 4, 5, 6}))),
              HasSubstr("expected a storage as a tensor's storage, found an integer"));
  const auto with_metadata = [&](const std::string& metadata) {
    return pickled::dict(
        {{"w", pickled::call(rebuild,
                             pickled::tuple({floats6(), pickled::integer(0), pickled::tuple_of({6}),
                                             pickled::tuple_of({1}), "\x89", "N", metadata}))}});
  };
  EXPECT_EQ(open(with_metadata("}"))->tensors().size(), 1U);
  EXPECT_THAT(error_for(with_metadata(pickled::dict({{"conj", "\x88"}}))),
              HasSubstr("a tensor carries metadata, which is not supported"));
}

TEST_F(PickleTest, UntypedStorageWithAnElementType) {
  const std::string storage =
      pickled::tuple({pickled::text("storage"), pickled::global("torch.storage", "UntypedStorage"),
                      pickled::text("0"), pickled::text("cpu"), pickled::integer(24)}) +
      "Q";
  const auto rebuild = [&](const std::string& type) {
    return pickled::dict(
        {{"w", pickled::call(pickled::global("torch._utils", "_rebuild_tensor_v3"),
                             pickled::tuple({storage, pickled::integer(2), pickled::tuple_of({4}),
                                             pickled::tuple_of({1}), "\x89", "N", type}))}});
  };
  const auto file = open(rebuild(pickled::global("torch", "float32")));
  EXPECT_EQ(values_of(file->tensors().at("w")), (std::vector<float>{3, 4, 5, 6}));
  EXPECT_THAT(error_for(rebuild(pickled::global("torch", "Size"))),
              HasSubstr("torch.Size is no element type"));
  EXPECT_THAT(error_for_tensor(pickled::tensor(storage, 0, {1}, {1})),
              HasSubstr("a tensor of an untyped storage has no element type"));
}

TEST_F(PickleTest, Storages) {
  const auto with = [&](const std::string& storage) {
    return error_for_tensor(pickled::tensor(storage, 0, {1}, {1}));
  };
  EXPECT_THAT(with(pickled::storage("FloatStorage", "9", 6)),
              HasSubstr("zip member m/data/9 is missing"));
  EXPECT_THAT(with(pickled::storage("FloatStorage", "0", 7)),
              HasSubstr("zip member m/data/0: has 24 bytes, expected 7 elements of 4 bytes"));
  EXPECT_THAT(with(pickled::storage("DoubleStorage", "0", 6)), HasSubstr("has 24 bytes"));
  EXPECT_THAT(with(pickled::storage("FloatStorage", "0", -1)), HasSubstr("negative storage size"));
  EXPECT_THAT(with(pickled::storage("ComplexFloatStorage", "0", 6)),
              HasSubstr("asks for torch.ComplexFloatStorage"));
  EXPECT_THAT(with(pickled::storage("Size", "0", 6)), HasSubstr("torch.Size is no storage type"));
  EXPECT_THAT(with(pickled::tuple({pickled::text("module")}) + "Q"),
              HasSubstr("a persistent id has 1 parts, expected 5 or 6"));
  EXPECT_THAT(with(pickled::text("0") + "Q"),
              HasSubstr("expected a tuple as persistent id, found a text"));
  const auto five = [](const std::string& kind, const std::string& last) {
    return pickled::tuple({pickled::text(kind), pickled::global("torch", "FloatStorage"),
                           pickled::text("0"), pickled::text("cpu"), pickled::integer(6), last}) +
           "Q";
  };
  EXPECT_THAT(with(five("module", "")),
              HasSubstr("expected a persistent id of kind storage, found module"));
  EXPECT_THAT(with(five("storage", pickled::tuple_of({1}))),
              HasSubstr("storages that are views of others are not supported"));
}

TEST_F(PickleTest, EverythingElseIsRefusedByName) {
  const auto call = [](const char* module, const char* name) {
    return pickled::dict({{"w", pickled::call(pickled::global(module, name),
                                              pickled::tuple({pickled::text("touch x")}))}});
  };
  EXPECT_THAT(error_for(call("os", "system")),
              HasSubstr("m/data.pkl: byte 10: the pickle asks for os.system; only tensors"));
  EXPECT_THAT(error_for(call("builtins", "eval")), HasSubstr("asks for builtins.eval"));
  EXPECT_THAT(error_for(call("torch", "float32")),
              HasSubstr("torch.float32 is called, which is not supported"));
  // By names from the stack (protocol 4) as well.
  EXPECT_THAT(error_for(pickled::text("os") + pickled::text("system") + "\x93"),
              HasSubstr("asks for os.system"));
  EXPECT_THAT(error_for(pickled::call(pickled::text("os.system"), ")")),
              HasSubstr("expected a global, found a text"));
  EXPECT_THAT(error_for("N" + pickled::text("x") + "\x93"),
              HasSubstr("STACK_GLOBAL expects two texts, found None and a text"));
}

TEST_F(PickleTest, OpcodesThatNoWeightFileNeeds) {
  EXPECT_THAT(error_for("}0"), HasSubstr("byte 3: refused the pickle opcode POP: no weight file"));
  EXPECT_THAT(error_for("(ios\nsystem\n"), HasSubstr("refused the pickle opcode INST"));
  EXPECT_THAT(error_for("P0\n"), HasSubstr("refused the pickle opcode PERSID"));
  EXPECT_THAT(error_for("}}\x92"), HasSubstr("refused the pickle opcode NEWOBJ_EX"));
  EXPECT_THAT(error_for("\x82\x01"), HasSubstr("refused the pickle opcode EXT1"));
  EXPECT_THAT(error_for("\xff"), HasSubstr("0xff is no pickle opcode; the file is damaged"));
}

TEST_F(PickleTest, BrokenPrograms) {
  EXPECT_THAT(error_for("K"), HasSubstr("byte 4: the pickle ends in the middle of an opcode"));
  EXPECT_THAT(error_for("a"), HasSubstr("finds too few values on the stack"));
  EXPECT_THAT(error_for("NNR"), HasSubstr("REDUCE expects a tuple of arguments, found None"));
  EXPECT_THAT(error_for("}}(a"), HasSubstr("finds too few values"));
  EXPECT_THAT(error_for("t"), HasSubstr("finds no mark on the stack"));
  EXPECT_THAT(error_for("}(Nu"), HasSubstr("a dictionary's key has no value"));
  EXPECT_THAT(error_for("](NNu"), HasSubstr("cannot add items to a list, expected a dictionary"));
  EXPECT_THAT(error_for("}Na"), HasSubstr("cannot add items to a dictionary, expected a list"));
  EXPECT_THAT(error_for("h\x05"), HasSubstr("memo entry 5 was never stored"));
  EXPECT_THAT(error_for("Nr" + le<uint32_t>(~0U)), HasSubstr("memo entry 4294967295, beyond"));
  EXPECT_THAT(error_for("NN"), HasSubstr("STOP expects one value on the stack, found 2"));
  EXPECT_THAT(error_for("X" + le<uint32_t>(1000)), HasSubstr("ends in the middle of an opcode"));
  EXPECT_THAT(error_for("cos"), HasSubstr("a name in the pickle has no end"));
  EXPECT_THAT(error_for("\x95" + le<uint64_t>(~uint64_t{0})), HasSubstr("FRAME reaches beyond"));
  EXPECT_THAT(error_for(std::string("\x80\x09", 2)), HasSubstr("pickle protocol 9, expected 2 to"));
  EXPECT_THAT(error_for("N}b"), HasSubstr("BUILD sets the state of None"));
  EXPECT_THAT(error_for(pickled::dict({{"w", tensor(0, {6}, {1})}}) + ".N"),
              HasSubstr("m/data.pkl: 2 bytes follow the pickle's end"));
}

TEST_F(PickleTest, WorkIsBounded) {
  const std::string marks(Pickle::max_marks + 1, '(');
  EXPECT_THAT(error_for(marks), HasSubstr("nested deeper than 1000 marks"));
  EXPECT_THAT(error_for(std::string(Pickle::max_values + 1, '}')), HasSubstr("more than 524288"));
  std::string opcodes = "]q" + std::string(1, '\0');
  for (size_t i = 0; i < Pickle::max_opcodes / 2; ++i) opcodes += std::string("h\0a", 3);
  EXPECT_THAT(error_for(opcodes), HasSubstr("more than 4194304 opcodes"));
  // Items that calls copy: a list of a thousand pairs, again and again.
  std::string copies = "](";
  for (int i = 0; i < 1000; ++i) copies += "NN\x86";
  copies += "eq" + std::string(1, '\0') + "0";
  copies =
      pickled::global("collections", "OrderedDict") + "q\1" + copies.substr(0, copies.size() - 1);
  for (size_t i = 0; i < Pickle::max_items / 2000 + 1; ++i) copies += std::string("h\1h\0\x85R", 6);
  EXPECT_THAT(error_for(copies), HasSubstr("more than 4194304 items in tuples, lists"));
  // Nested as deep as values allow: no recursion anywhere.
  EXPECT_THAT(error_for(")" + std::string(Pickle::max_values - 1, '\x85')),
              HasSubstr("expected a state dictionary (names to tensors), found a tuple"));
}

TEST_F(PickleTest, StateDictionaryAndItsWrappings) {
  const std::string w = tensor(0, {6}, {1});
  const std::string state = pickled::dict({{"w", w}, {"epoch", pickled::integer(3)}});
  const auto names = [&](const std::string& body) {
    std::string all;
    const auto file = open(body);
    for (const auto& [name, view] : file->tensors()) all += name + " ";
    return all;
  };
  EXPECT_EQ(names(state), "w ");
  for (const char* key : {"model", "state_dict", "model_state_dict"}) {
    EXPECT_EQ(names(pickled::dict({{"epoch", "N"}, {key, state}})), "w ");
  }
  EXPECT_EQ(names(pickled::dict({{"model", state}, {"optimizer", "}"}, {"x", w}})), "w ");
  EXPECT_EQ(names(pickled::dict({{"model", pickled::dict({{"state_dict", state}})}})), "w ");
  EXPECT_EQ(names(pickled::dict({{"model", w}, {"x", w}})), "model x ");
  // A later entry replaces an earlier one, keys that are no text are left out.
  EXPECT_EQ(names(pickled::dict({{"w", w}, {"v", w}, {"v", "N"}})), "w ");
  EXPECT_EQ(names("}(" + pickled::integer(1) + w + pickled::text("w") + w + "u"), "w ");

  EXPECT_THAT(error_for(pickled::dict({{"optimizer", "}"}, {"w", w}})),
              HasSubstr("training checkpoint (key \"optimizer\") without a dictionary under"));
  EXPECT_THAT(error_for(w), HasSubstr("expected a state dictionary (names to tensors), found a "
                                      "tensor"));
  EXPECT_THAT(error_for(pickled::dict({{"a", "N"}})),
              HasSubstr("the state dictionary holds no tensors (1 entries)"));
  // A dictionary that contains itself.
  EXPECT_THAT(error_for(std::string("}q\0", 3) + pickled::text("model") + std::string("h\0s", 3)),
              HasSubstr("the state dictionary under \"model\" in \"model\" in "));
}

TEST_F(PickleTest, OrderedDictionariesSizesAndParameters) {
  const std::string w = tensor(0, {6}, {1});
  const std::string ordered = pickled::global("collections", "OrderedDict");
  const std::string pairs = pickled::call(
      ordered, pickled::tuple({"](" + pickled::tuple({pickled::text("w"), w}) + "e"}));
  EXPECT_EQ(open(pairs)->tensors().size(), 1U);
  EXPECT_THAT(error_for(pickled::call(ordered, pickled::tuple_of({1, 2}))),
              HasSubstr("OrderedDict with 2 arguments"));
  EXPECT_THAT(error_for(pickled::call(ordered, pickled::tuple({"](Ne"}))),
              HasSubstr("an entry of OrderedDict is no pair"));

  const std::string size =
      pickled::call(pickled::global("torch", "Size"), pickled::tuple({pickled::tuple_of({6})}));
  EXPECT_EQ(open(pickled::dict({{"shape", size}, {"w", w}}))->tensors().size(), 1U);
  EXPECT_THAT(error_for(pickled::call(pickled::global("torch", "Size"), ")")),
              HasSubstr("torch.Size with 0 arguments"));

  const std::string parameter = pickled::global("torch._utils", "_rebuild_parameter_with_state");
  const std::string built = pickled::call(parameter, pickled::tuple({w, "\x88", "N", "}"}));
  EXPECT_EQ(open(pickled::dict({{"w", built + "}b"}}))->tensors().size(), 1U);
  EXPECT_THAT(error_for(pickled::call(parameter, pickled::tuple_of({1}))),
              HasSubstr("torch._utils._rebuild_parameter_with_state with 1 arguments"));
  EXPECT_THAT(error_for(pickled::call(parameter, pickled::tuple_of({1, 2, 3}))),
              HasSubstr("expected a tensor as data of a parameter, found an integer"));
}

TEST_F(PickleTest, NewerProtocolsAndOlderStrings) {
  const std::string storage = "(U\x07storage" + pickled::global("torch", "FloatStorage") +
                              "\x8c\x01"
                              "0U\x03"
                              "cpuK\x06tQ";
  const std::string w = pickled::tensor(storage, 0, {6}, {1});
  const std::string body = "\x95" + le<uint64_t>(1) + "}\x94\x8c\x01w" + w + "s";
  EXPECT_EQ(open("\x80\x04" + body)->tensors().size(), 1U);
}

}  // namespace
}  // namespace dpt::weights
