#include "base/json.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <limits>

namespace dpt {
namespace {

std::string error_of(const std::string& text) {
  try {
    Json::parse(text);
  } catch (const Json::Exception& error) {
    return error.what();
  }
  return "no error";
}

TEST(Json, WritesWhatItIsMadeOf) {
  Json json = {{"b", 1}, {"a", {1, -2, 2.5}}, {"none", nullptr}, {"yes", true}, {"text", "x"}};
  json["list"].push_back({{"deep", Json::object()}});
  json["floats"] = std::array<float, 2>{0.5F, 0.25F};
  json["names"] = std::vector<std::string>{"p", "q"};
  json["b"] = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(json.dump(),
            R"({"b":18446744073709551615,"a":[1,-2,2.5],"none":null,"yes":true,"text":"x",)"
            R"("list":[{"deep":{}}],"floats":[0.5,0.25],"names":["p","q"]})");
  EXPECT_EQ(Json({{"a", {1, 2}}}).dump(true), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

TEST(Json, WritesWhatJsonHasNot) {
  EXPECT_EQ(Json({NAN, INFINITY}).dump(), "[null,null]");
  EXPECT_EQ(Json("a\xff").dump(), "\"a\xEF\xBF\xBD\"");
}

TEST(Json, ReadsWhatItWrites) {
  const std::string text =
      R"({"z":[1,-1,18446744073709551615,0.1,1e300,"é\u0000"],"a":{"b":[[]]}})";
  const Json json = Json::parse(text);
  EXPECT_EQ(Json::parse(json.dump()), json);
  EXPECT_EQ(json.at("z").items()[2].integer<uint64_t>(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(json.at("z").items()[3].real(), 0.1);
  EXPECT_EQ(json.at("z").items()[5].text(), std::string("é\0", 3));
  EXPECT_EQ(json.members()[0].first, "z");
  EXPECT_EQ(json.find("y"), nullptr);
}

TEST(Json, OfMembersOfOneNameTheLastCounts) {
  EXPECT_EQ(Json::parse(R"({"a":1,"b":2,"a":3,"b":4,"c":5})").dump(), R"({"a":3,"b":4,"c":5})");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[1,]", "nul", "\xff", "1 2", "{\"a\" 1}", "1e999"}) {
    EXPECT_EQ(error_of(text), "it is no JSON") << text;
  }
  EXPECT_EQ(error_of(std::string(100'000, '[')), "lists and objects in one another deeper than 64");
  EXPECT_EQ(error_of(std::string(64, '[') + std::string(64, ']')), "no error");
}

TEST(Json, ValuesAreWhatTheyAre) {
  const Json json = Json::parse(R"({"n":300,"t":"x","l":[1],"o":{}})");
  const auto error = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const Json::Exception& caught) {
      return caught.what();
    }
    return "no error";
  };
  EXPECT_EQ(error([&] { json.at("n").text(); }), "a number, expected a text");
  EXPECT_EQ(error([&] { json.at("n").integer<int8_t>(); }),
            "a number, expected an integer of this size");
  EXPECT_EQ(error([&] { json.at("t").real(); }), "a text, expected a number");
  EXPECT_EQ(error([&] { json.at("o").items(); }), "an object, expected a list");
  EXPECT_EQ(error([&] { json.at("l").members(); }), "a list, expected an object");
  EXPECT_EQ(error([&] { json.at("x"); }), "an object without \"x\"");
  EXPECT_EQ(error([&] { json.at("l").at("x"); }), "a list without \"x\"");
  EXPECT_EQ(error([&] { Json("text").push_back(1); }), "a text, expected a list");
}

}  // namespace
}  // namespace dpt
