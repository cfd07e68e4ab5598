#include "movie/sequence_sink.h"

#include <system_error>
#include <utility>

#include "base/file/numbered_name.h"

namespace dpt::movie {

namespace fs = std::filesystem;

namespace {

class SequenceSink : public Sink {
 public:
  SequenceSink(const fs::path& pattern, int64_t done, EncodeFrame encode, WriteFile write)
      : name_(*NumberedName::parse(pattern.string())),
        encode_(std::move(encode)),
        write_(std::move(write)),
        count_(done) {
    const fs::path folder = pattern.parent_path();
    std::error_code ignored;  // a folder that is not there is told of with the first file
    if (!folder.empty()) fs::create_directories(folder, ignored);
  }

  void add(Prediction prediction, int64_t /*time*/) override {
    write_(name_.of(++count_), encode_(std::move(prediction)));
  }

  void finish() override {}

 private:
  NumberedName name_;
  EncodeFrame encode_;
  WriteFile write_;
  int64_t count_;
};

}  // namespace

std::unique_ptr<Sink> make_sequence_sink(const fs::path& pattern, int64_t done, EncodeFrame encode,
                                         WriteFile write) {
  return std::make_unique<SequenceSink>(pattern, done, std::move(encode), std::move(write));
}

}  // namespace dpt::movie
