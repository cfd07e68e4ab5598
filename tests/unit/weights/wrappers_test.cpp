// What training programs put around a state dictionary, and beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_files.h"
#include "weights/weight_set.h"

namespace dpt::weights {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string backbone = "pretrained.model.cls_token";
const std::string decoder = "scratch.layer1_rn.weight";
using Entries = std::vector<std::pair<std::string, std::string>>;

std::string number(int32_t at) {
  return pickled::tensor(pickled::storage("FloatStorage", "0", 4), at, {1}, {1});
}

/// The smallest state dictionary that is one of a DPT.
Entries entries(const std::string& prefix = "", int32_t at = 0) {
  return {{prefix + backbone, number(at)}, {prefix + decoder, number(at + 1)}};
}
std::string state(const std::string& prefix = "", int32_t at = 0) {
  return pickled::dict(entries(prefix, at));
}

std::string call(const char* module, const char* name, const std::vector<std::string>& arguments) {
  return pickled::call(pickled::global(module, name), pickled::tuple(arguments));
}

/// An object as protocol 2 has it: made of a class, then given its attributes.
std::string object(const char* module, const char* name, const std::string& attributes) {
  return pickled::global(module, name) + ")\x81" + attributes + "b";
}

class WrappersTest : public WeightsTest {
 protected:
  fs::path file(const std::string& body) const {
    return write("a.pt", torch_zip(pickled::program(body), {{"0", floats({10, 11, 20, 21})}}));
  }
  WeightSet open(const std::string& body) const { return open_set(file(body)); }
  std::string error_for(const std::string& body) const {
    const fs::path path = file(body);
    return error_of([&] { open_set(path); });
  }
  static float value(const WeightSet& set, const std::string& key) {
    float value = 0;
    set.read_rows(key, 0, 1, &value);
    return value;
  }
  /// The file's one model, 10 and 11.
  void expect_model(const std::string& body, const std::vector<std::string>& unwrapped) const {
    const WeightSet set = open(body);
    ASSERT_TRUE(set.contains(backbone) && set.contains(decoder));
    EXPECT_EQ(value(set, backbone), 10);
    EXPECT_EQ(value(set, decoder), 11);
    EXPECT_EQ(set.unwrapped(), unwrapped);
    EXPECT_THAT(set.notes(), IsEmpty());
  }
};

TEST_F(WrappersTest, DictionariesUnderAnyKey) {
  expect_model(state(), {});
  for (const std::string key : {"model", "state_dict", "model_state_dict", "net", "weights", "ema",
                                "params_ema", "teacher", "module", "x y"}) {
    const Entries beside = {{"epoch", pickled::integer(3)}, {key, state()}, {"best", "N"}};
    expect_model(pickled::dict(beside), {"dictionary \"" + key + "\""});
  }
  const std::string optimizer = pickled::dict(
      {{"state", "}" + pickled::integer(0) + pickled::dict({{"exp_avg", number(2)}}) + "s"},
       {"param_groups", "]"}});
  for (const std::string key : {"model", "state_dict", "model_state_dict"}) {
    expect_model(pickled::dict({{key, state()}, {"optimizer", optimizer}}),
                 {"dictionary \"" + key + "\""});
  }
  expect_model(pickled::dict({{"checkpoint", pickled::dict({{"model", state()}})}}),
               {"dictionary \"model\" in \"checkpoint\""});
  // Tensors beside, and entries that are none.
  Entries mixed = entries();
  mixed.insert(mixed.begin(),
               {{"step", number(2)}, {"note", pickled::text("x")}, {"optimizer", "}"}});
  expect_model(pickled::dict(mixed), {});
  // A dictionary under two keys is one; so are two that hold the same tensors.
  const std::string once = state() + std::string("q\7", 2);
  expect_model(pickled::dict({{"model", once}, {"state_dict", std::string("h\7", 2)}}),
               {"dictionary \"model\""});
  expect_model(pickled::dict({{"model", state()}, {"state_dict", state()}}),
               {"dictionary \"model\""});
  // A later entry replaces an earlier one.
  expect_model(pickled::dict({{"model", state("", 2)}, {"model", state()}}),
               {"dictionary \"model\""});
}

TEST_F(WrappersTest, PrefixesInAnyOrder) {
  for (const std::string prefix :
       {"module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.", "module.module.",
        "model.", "net.", "module.model.", "model.module.", "depth.net.", "_orig_mod.model.",
        "model._orig_mod.", "_fsdp_wrapped_module.model."}) {
    expect_model(state(prefix), {"\"" + prefix + "\" before names"});
    expect_model(pickled::dict({{"state_dict", state(prefix)}}),
                 {"dictionary \"state_dict\"", "\"" + prefix + "\" before names"});
  }
  // Where only a part was wrapped: torch.compile(net.pretrained), DataParallel(net.scratch).
  expect_model(pickled::dict({{"pretrained._orig_mod.model.cls_token", number(0)},
                              {"scratch.module.layer1_rn.weight", number(1)}}),
               {"parts of names, as in pretrained._orig_mod.model.cls_token"});
  // Other parts of a training module stay as they are.
  Entries more = entries("model.");
  more.emplace_back("loss.weight", number(2));
  more.emplace_back("model.extra", number(3));
  EXPECT_THAT(open(pickled::dict(more)).keys(),
              ElementsAre("extra", "loss.weight", backbone, decoder));
}

TEST_F(WrappersTest, PrefixesOfHuggingFaceNames) {
  const Entries theirs = {{"net.dpt.embeddings.cls_token", number(0)},
                          {"net.neck.convs.0.weight", number(1)}};
  expect_model(pickled::dict(theirs), {"\"net.\" before names"});
  EXPECT_EQ(open(pickled::dict(theirs)).naming(), Naming::hugging_face);
}

TEST_F(WrappersTest, PrefixesInSafetensors) {
  const auto with = [&](const std::string& prefix, const std::string& more = "") {
    const std::string header =
        fmt::format(R"({{"{0}{1}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}},)"
                    R"("{0}{2}":{{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}{3}}})",
                    prefix, backbone, decoder, more);
    return open_set(write("a.safetensors", safetensors(header, floats({10, 11}))));
  };
  for (const std::string prefix : {"", "_orig_mod.", "model.", "module.net."}) {
    const WeightSet set = with(prefix);
    EXPECT_THAT(set.keys(), ElementsAre(backbone, decoder));
    EXPECT_EQ(value(set, decoder), 11);
  }
}

TEST_F(WrappersTest, TheAverageIsPreferredAndSaid) {
  for (const auto& [average, last] : {std::pair<std::string, std::string>{"ema", "model"},
                                      {"state_dict_ema", "state_dict"},
                                      {"params_ema", "params"},
                                      {"model_ema", "model"},
                                      {"swa_model", "model"},
                                      {"average", "model"}}) {
    for (const bool first : {false, true}) {
      Entries both = {{last, state()}, {average, state("", 2)}};
      if (first) std::swap(both[0], both[1]);
      both.emplace_back("optimizer", "}");
      const WeightSet set = open(pickled::dict(both));
      EXPECT_EQ(value(set, backbone), 20) << average;
      EXPECT_THAT(set.notes(), ElementsAre((folder_ / "a.pt").string() +
                                           ": using the averaged weights under \"" + average +
                                           "\", not those under \"" + last + "\""));
    }
  }
  // In one dictionary, by prefixes (Lightning with an averaging callback, AveragedModel).
  Entries both = entries("model.");
  const Entries average = entries("ema_model.module.", 2);
  both.insert(both.end(), average.begin(), average.end());
  both.emplace_back("ema_model.n_averaged", number(0));
  const WeightSet set = open(pickled::dict({{"state_dict", pickled::dict(both)}}));
  EXPECT_THAT(set.keys(), ElementsAre("n_averaged", backbone, decoder));
  EXPECT_EQ(value(set, backbone), 20);
  EXPECT_THAT(set.notes(),
              ElementsAre(HasSubstr("using the averaged weights, whose names begin with "
                                    "\"ema_model.\", not \"model.\"")));
  // No tensors under it, or none with names (a list of an averaging library).
  expect_model(pickled::dict({{"model", state()}, {"ema", "}"}}), {"dictionary \"model\""});
  expect_model(
      pickled::dict(
          {{"model", state()},
           {"ema", pickled::dict({{"shadow_params", "]" + number(2) + "a"}, {"decay", "N"}})}}),
      {"dictionary \"model\""});
}

TEST_F(WrappersTest, TwoModelsAreRefusedByBothNames) {
  EXPECT_THAT(
      error_for(pickled::dict({{"student", state()}, {"teacher", state("", 2)}})),
      HasSubstr("holds several models, under \"student\" and under \"teacher\": which one is "
                "meant is not said; save the one that is wanted by itself"));
  EXPECT_THAT(
      error_for(pickled::dict({{"a", state()}, {"b", state("", 1)}, {"ema", state("", 2)}})),
      HasSubstr("under \"a\" and under \"b\" and under \"ema\""));
  EXPECT_THAT(error_for(pickled::dict({{"ema_a", state()}, {"ema.b", state("", 2)}})),
              HasSubstr("several models"));
  Entries both = entries("student.");
  const Entries other = entries("teacher.", 2);
  both.insert(both.end(), other.begin(), other.end());
  EXPECT_THAT(error_for(pickled::dict(both)),
              HasSubstr("a.pt: holds several models, whose names begin with \"student.\" and with "
                        "\"teacher.\""));
  both = entries();
  both.insert(both.end(), other.begin(), other.end());
  EXPECT_THAT(error_for(pickled::dict(both)), HasSubstr("\"teacher.\""));
}

TEST_F(WrappersTest, NothingToTake) {
  EXPECT_THAT(error_for("}"), HasSubstr("the state dictionary holds no tensors (0 entries)"));
  EXPECT_THAT(error_for(pickled::dict({{"state_dict", "}"}, {"epoch", "N"}})),
              HasSubstr("the state dictionary under \"state_dict\" holds no tensors (0 entries)"));
  EXPECT_THAT(error_for(pickled::dict({{"epoch", "N"}, {"a", "N"}})),
              HasSubstr("holds no tensors (2 entries): \"a\", \"epoch\""));
  EXPECT_THAT(error_for("](" + state() + "e"),
              HasSubstr("expected a state dictionary (names to tensors), found a list"));
  EXPECT_THAT(error_for(pickled::dict({{std::string(10'001, 'x'), number(0)}})),
              HasSubstr("a tensor's name has 10001 bytes"));
}

TEST_F(WrappersTest, PlainDataBesideIsSkipped) {
  const std::string text = pickled::text("x");
  const std::string bytes = call("_codecs", "encode", {text, pickled::text("latin1")});
  const std::string dtype = call("numpy", "dtype", {pickled::text("f8"), "\x89", "\x88"}) +
                            pickled::tuple({pickled::integer(3), text}) + "b";
  const Entries data = {
      {"counter", call("collections", "Counter", {pickled::dict({{"a", pickled::integer(2)}})})},
      {"deque", call("collections", "deque", {")", pickled::integer(3)}) + "(" + text + "e"},
      {"default", call("collections", "defaultdict", {pickled::global("__builtin__", "list")}) +
                      "(" + text + "]u"},
      {"device", call("torch", "device", {pickled::text("cuda"), pickled::integer(0)})},
      {"type", pickled::global("torch", "float32")},
      {"type8", pickled::global("torch", "float8_e4m3fn")},
      {"size", call("torch", "Size", {pickled::tuple_of({1, 2})})},
      {"version",
       pickled::global("torch.torch_version", "TorchVersion") + pickled::tuple({text}) + "\x81}b"},
      {"args",
       object("argparse", "Namespace", pickled::dict({{"lr", "G" + std::string(8, '\0')}}))},
      {"more", call("types", "SimpleNamespace", {}) + "}b"},
      {"path", call("pathlib", "PosixPath", {text, text})},
      {"date", call("datetime", "datetime", {bytes})},
      {"scalar", call("numpy.core.multiarray", "scalar", {dtype, bytes})},
      {"scalar2", call("numpy._core.multiarray", "scalar", {dtype, bytes})},
      {"array",
       call("numpy.core.multiarray", "_reconstruct",
            {pickled::global("numpy", "ndarray"), pickled::tuple_of({0}), bytes}) +
           pickled::tuple({pickled::integer(1), pickled::tuple_of({1}), dtype, "\x89", bytes}) +
           "b"},
      {"set", call("__builtin__", "set", {"]" + text + "a"})},
      {"set4", "\x8f(" + text + "\x90"},
      {"frozen", "(" + text + "\x91"},
      {"bytes", "C\3abc"},
      {"long bytes", "B" + le<uint32_t>(3) + "abc"},
      {"longer bytes", "\x8e" + le<uint64_t>(3) + "abc"},
      {"byte array", "\x96" + le<uint64_t>(3) + "abc"},
      {"long text", "\x8d" + le<uint64_t>(3) + "abc"},
      {"old text", "T" + le<uint32_t>(3) + "abc"},
      {"parameters", object("pytorch_lightning.utilities.parsing", "AttributeDict", "}") + "(" +
                         text + text + "u"},
      {"settings",
       object("omegaconf.dictconfig", "DictConfig",
              pickled::dict({{"_metadata", object("omegaconf.base", "ContainerMetadata", "}")},
                             {"any", pickled::global("typing", "Any")}}))},
  };
  for (const auto& [name, value] : data) {
    expect_model(pickled::dict({{name, value}, {"state_dict", state()}}),
                 {"dictionary \"state_dict\""});
  }
  Entries all = data;
  all.emplace_back("state_dict", state());
  expect_model(pickled::dict(all), {"dictionary \"state_dict\""});
  // Callbacks of old Lightning files have classes as keys.
  const std::string callbacks =
      "}" + pickled::global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint") +
      pickled::dict({{"best_model_score", number(3)}}) + "s";
  expect_model(pickled::dict({{"pytorch-lightning_version", text},
                              {"callbacks", callbacks},
                              {"optimizer_states", "]"},
                              {"loops", "}"},
                              {"state_dict", state("model.")}}),
               {"dictionary \"state_dict\"", "\"model.\" before names"});
}

TEST_F(WrappersTest, TensorsWithAttributes) {
  const std::string rebuild = pickled::global("torch._utils", "_rebuild_tensor_v2");
  const auto with = [&](const std::string& function) {
    const std::string arguments =
        pickled::tuple({pickled::storage("FloatStorage", "0", 4), pickled::integer(0),
                        pickled::tuple_of({1}), pickled::tuple_of({1}), "\x89", "}"});
    return pickled::dict(
        {{backbone, call("torch._tensor", "_rebuild_from_type_v2",
                         {function, pickled::global("torch", "Tensor"), arguments, "}"})},
         {decoder, number(1)}});
  };
  expect_model(with(rebuild), {});
  EXPECT_THAT(error_for(with(pickled::global("torch", "device"))),
              HasSubstr("torch.device rebuilds no tensor"));
  EXPECT_THAT(error_for(with(pickled::global("torch._tensor", "_rebuild_from_type_v2"))),
              HasSubstr("rebuilds no tensor"));
  EXPECT_THAT(error_for(call("torch._tensor", "_rebuild_from_type_v2", {"N"})),
              HasSubstr("_rebuild_from_type_v2 with 1 arguments"));
}

/// Whatever stands beside good weights, in data that is skipped too.
TEST_F(WrappersTest, HostileDataIsRefusedByName) {
  const std::string command = pickled::text("touch x");
  const auto beside = [&](const std::string& value) {
    return error_for(pickled::dict({{"state_dict", state()}, {"x", value}}));
  };
  const std::string system = call("posix", "system", {command});
  EXPECT_THAT(beside(system),
              HasSubstr("the pickle asks for posix.system; only tensors and plain data "
                        "are read, and nothing was run"));
  EXPECT_THAT(beside(object("argparse", "Namespace", pickled::dict({{"a", system}}))),
              HasSubstr("asks for posix.system"));
  EXPECT_THAT(beside(call("collections", "defaultdict", {pickled::global("os", "system")})),
              HasSubstr("asks for os.system"));
  EXPECT_THAT(beside(call("collections", "Counter", {system})), HasSubstr("asks for posix.system"));
  for (const char* name : {"eval", "exec", "getattr", "compile", "open", "__import__", "print"}) {
    for (const char* module : {"builtins", "__builtin__"}) {
      EXPECT_THAT(beside(pickled::global(module, name)),
                  HasSubstr("asks for " + std::string(module) + "." + name));
    }
  }
  for (const auto& [module, name] : std::vector<std::pair<const char*, const char*>>{
           {"torch", "load"},
           {"torch", "hub"},
           {"torch.storage", "_load_from_bytes"},
           {"numpy", "load"},
           {"numpy.core.multiarray", "fromfile"},
           {"argparse", "ArgumentParser"},
           {"collections", "OrderedDict.__init__"},
           {"pathlib", "os"},
           {"types", "FunctionType"},
           {"types", "CodeType"},
           {"functools", "partial"},
           {"operator", "attrgetter"},
           {"_codecs", "decode"},
           {"copyreg", "_reconstructor"},
           {"runpy", "run_path"},
           {"pytorch_lightning.callbacksx", "ModelCheckpoint"},
           {"pytorch_lightning", "Trainer"},
           {"omegaconf", "OmegaConf"},
           {"torch.optim.adamw", "AdamW"},
           {"__main__", "Net"}}) {
    EXPECT_THAT(beside(pickled::global(module, name)),
                HasSubstr("asks for " + std::string(module) + "." + name));
    EXPECT_THAT(beside(object(module, name, "}")), HasSubstr("asks for "));
  }
  // Names that are known, used as what they are not.
  const std::string callback =
      pickled::global("pytorch_lightning.callbacks.early_stopping", "EarlyStopping");
  EXPECT_THAT(beside(pickled::call(callback, ")")), HasSubstr("is called, which is not supported"));
  EXPECT_THAT(beside(callback + ")\x81"), HasSubstr("is made, which is not supported"));
  for (const char* name : {"list", "dict", "int", "str"}) {
    EXPECT_THAT(beside(call("builtins", name, {})),
                HasSubstr("builtins." + std::string(name) + " is called"));
  }
  EXPECT_THAT(beside(pickled::global("torch._utils", "_rebuild_tensor_v2") + ")\x81"),
              HasSubstr("an object of torch._utils._rebuild_tensor_v2 is made"));
  EXPECT_THAT(beside(pickled::text("argparse.Namespace") + ")\x81"),
              HasSubstr("expected a global, found a text"));
  EXPECT_THAT(beside(pickled::global("argparse", "Namespace") + "N\x81"),
              HasSubstr("NEWOBJ expects a tuple of arguments, found None"));
  EXPECT_THAT(beside(call("collections", "defaultdict", {"N", "}"})),
              HasSubstr("defaultdict with 2 arguments"));
  EXPECT_THAT(beside("C\x09"
                     "abc"),
              HasSubstr("ends in the middle of an opcode"));
  EXPECT_THAT(beside("\x8e" + le<uint64_t>(~uint64_t{0}) + "abc"),
              HasSubstr("ends in the middle of an opcode"));
  EXPECT_THAT(beside("\x91"), HasSubstr("finds no mark"));
  EXPECT_THAT(beside("N(N\x90"), HasSubstr("cannot add items to None, expected plain data"));
  // Data is no tensor and no state dictionary.
  EXPECT_THAT(error_for(pickled::dict({{backbone, "C\1a"}, {"model", "\x8f"}})),
              HasSubstr("holds no tensors"));
}

TEST_F(WrappersTest, DeepAndCircularWrappings) {
  std::string body = state();
  for (int i = 0; i < 8; ++i) body = pickled::dict({{"model", body}});
  EXPECT_EQ(value(open(body), backbone), 10);
  EXPECT_THAT(error_for(pickled::dict({{"model", body}})), HasSubstr("holds no tensors"));
  // Each contains the other.
  const std::string circle = std::string("}q\0", 3) + pickled::text("b") + std::string("}q\1", 3) +
                             pickled::text("a") + std::string("h\0s", 3) + "s";
  EXPECT_THAT(error_for(circle), HasSubstr("holds no tensors"));
  EXPECT_EQ(value(open(circle + "(" + pickled::text("state_dict") + state() + "u"), backbone), 10);
}

TEST_F(WrappersTest, ProgramsAreTold) {
  ZipArchive archive{{{"m/data.pkl", pickled::program(state())}, {"m/constants.pkl", ""}}};
  const fs::path path = write("a.pt", archive.bytes());
  EXPECT_THAT(error_of([&] { open_set(path); }),
              HasSubstr("is a TorchScript archive, which holds a program: open it with "
                        "torch.jit.load and save its state_dict() alone"));
}

}  // namespace
}  // namespace dpt::weights
