// What is left of an engine and a session when a step fails midway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "base/error.h"
#include "runtime/session.h"
#include "support/hashed_weights.h"
#include "support/temporary_folder.h"

namespace dpt::runtime {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path data(const std::string& name) { return fs::path(DPT_TEST_DATA) / name; }

std::vector<float> result_of(Session& session, int64_t height, int64_t width) {
  const std::vector<float> input = test::hashed_input(1, height, width);
  const backend::FloatView output = session.run(input.data(), 1, height, width);
  return {output.data, output.data + output.shape.elements()};
}

std::vector<float> fresh_result(const std::shared_ptr<Engine>& engine, int64_t height,
                                int64_t width) {
  Session session(engine, 1);
  return result_of(session, height, width);
}

/// While it lives, the process gets `more` bytes of address space beyond what it has.
class MemoryLimit {
 public:
  explicit MemoryLimit(size_t more) {
    ::getrlimit(RLIMIT_AS, &before_);
    size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const size_t held = pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    const rlimit limit{held + more, before_.rlim_max};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  ~MemoryLimit() { ::setrlimit(RLIMIT_AS, &before_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(SessionAfterAnError, IsAsItWasWhenTheSizeWasRefused) {
  EngineOptions options;
  options.keep = {"block.0"};
  const auto engine = Engine::load(data("tiny/vit-depth"), options);
  Session session(engine, 1);
  const std::vector<float> expected = result_of(session, 64, 96);
  const size_t held = session.workspace_bytes();
  for (const Shape& refused : {Shape{1, 100, 96}, {1, 32, 32 * 1024}, {0, 64, 96}}) {
    const backend::FloatView block = session.value("block.0");
    EXPECT_THROW(session.prepare(refused[0], refused[1], refused[2]), Error);
    EXPECT_EQ(session.workspace_bytes(), held);
    EXPECT_EQ(session.value("block.0").data, block.data);
    EXPECT_EQ(result_of(session, 64, 96), expected);  // the program that it has
    EXPECT_THROW(session.prepare(refused[0], refused[1], refused[2]), Error);
    EXPECT_EQ(result_of(session, 96, 64), fresh_result(engine, 96, 64));
    EXPECT_EQ(result_of(session, 64, 96), expected);
  }
}

TEST(SessionAfterAnError, IsAsIfNewWhenThereWasNoMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer ends the process where memory is refused";
#endif
  const auto engine = Engine::load(data("tiny/vit-depth"));
  Session session(engine, 1);
  const std::vector<float> expected = result_of(session, 64, 96);
  {
    Session other(engine, 1);
    const auto program = engine->program(1, 1024, 1024, other.pool());
    ASSERT_GT(program->workspace_bytes(), size_t{64} << 20);
    const MemoryLimit limit(size_t{16} << 20);
    try {
      session.prepare(1, 1024, 1024);
      FAIL() << "there was memory";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::resource);
      EXPECT_THAT(error.what(), HasSubstr("not enough memory"));
    }
  }
  EXPECT_EQ(session.workspace_bytes(), 0U);
  EXPECT_THROW((void)session.value("block.0"), std::out_of_range);
  EXPECT_EQ(result_of(session, 64, 96), expected);
}

TEST(SessionAfterAnError, ANewOneHasNoValues) {
  const Session session(Engine::load(data("tiny/vit-depth")), 1);
  EXPECT_THROW((void)session.value("block.0"), std::out_of_range);
  EXPECT_EQ(session.workspace_bytes(), 0U);
}

TEST(EngineAfterAnError, GivesTheSameErrorAgain) {
  const auto engine = Engine::load(data("pt/nan_weight.pt"));
  Session first(engine, 2);
  const std::string text = test::error_of<Error>([&] { first.prepare(1, 96, 96); });
  EXPECT_THAT(text, HasSubstr("infinite or not a number"));
  const size_t held = engine->constant_bytes();
  Session second(engine, 1);
  for (Session* session : {&first, &second, &first}) {
    EXPECT_EQ(test::error_of<Error>([&] { session->prepare(1, 96, 96); }), text);
    EXPECT_EQ(session->workspace_bytes(), 0U);
  }
  EXPECT_GE(engine->constant_bytes(), held);  // those that were good are kept, once
  EXPECT_LE(engine->constant_bytes(), 2 * held + (size_t{1} << 20));
}

}  // namespace
}  // namespace dpt::runtime
