// dpt-scenes: endless made-up scenes with exact depth, normals and labels, for training.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <span>

#include "args/parse.h"
#include "base/file/file.h"
#include "base/file/folders.h"
#include "base/file/new_file.h"
#include "base/file/stream.h"
#include "base/machine/processors.h"
#include "base/machine/thread_pool.h"
#include "base/report.h"
#include "base/splitmix64.h"
#include "image/codec/read.h"
#include "image/codec/write.h"
#include "image/draw/palette.h"
#include "image/picture_name.h"
#include "scene/compose.h"

namespace {

namespace fs = std::filesystem;
using dpt::ErrorKind;
using dpt::fail;
namespace args = dpt::args;
namespace image = dpt::image;
namespace scene = dpt::scene;

constexpr const char* examples = R"(Examples:
  dpt-scenes -o scenes/ --count 20                      pictures to look at
  dpt-scenes --raw a_256x192.scenes --count 10000       records for training
  dpt-scenes --raw - --size 320x240 --seed 7 | ...      endless, until the reader stops

With -o, each scene is NNNNNN.png, NNNNNN.depth.png (16 bit, millimetres, 0: sky or beyond 65.5 m),
NNNNNN.labels.png (ADE20K annotation values) and NNNNNN.normals.png.
With --raw, each scene is one record without padding: R, G, B bytes; little-endian float32 depth in
metres along the optical axis (infinity: sky); one byte ADE20K annotation value (0: none). Rows from
the top. With --normals three signed bytes follow: the normal in camera axes (x right, y down,
z forward) times 127.
Scene K of a seed is the same picture however many are drawn, by however many threads.)";

struct Options {
  std::string folder, raw, size = "256x192", textures;
  uint64_t seed = 1, first = 0, count = 0;
  int threads = 0, variants = 3;
  bool normals = false;
  scene::Mixture mixture;
};

scene::Size parse_size(const std::string& text) {
  int width = 0;
  int height = 0;
  int used = 0;
  const int found = std::sscanf(text.c_str(), "%dx%d%n", &width, &height, &used);
  if (found != 2 || static_cast<size_t>(used) != text.size() || width < 16 || height < 16 ||
      width > 4096 || height > 4096) {
    fail(ErrorKind::usage, "--size: expected WIDTHxHEIGHT, each from 16 to 4096, found '{}'",
         dpt::printable(text));
  }
  return {width, height};
}

std::vector<image::Image> read_textures(const std::string& folder) {
  std::vector<image::Image> photos;
  if (folder.empty()) return photos;
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (image::has_picture_name(entry.path())) files.push_back(entry.path());
  }
  if (error)
    fail(ErrorKind::input, "{}: cannot list the folder: {}", dpt::printable(folder),
         error.message());
  if (files.empty())
    fail(ErrorKind::input, "{}: holds no picture (.jpg, .png, ...)", dpt::printable(folder));
  std::sort(files.begin(), files.end());  // the order decides which scene shows which picture
  for (const fs::path& file : files) photos.push_back(image::read(file));
  return photos;
}

void append(image::Bytes& bytes, const void* data, size_t size) {
  const auto* from = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), from, from + size);
}

image::Bytes record_of(const scene::Sample& s, bool normals) {
  image::Bytes bytes;
  append(bytes, s.picture.data(), s.picture.bytes());
  append(bytes, s.depth.data(), s.depth.size() * sizeof(float));
  append(bytes, s.labels.data(), s.labels.size());
  if (normals) append(bytes, s.normals.data(), s.normals.size());
  return bytes;
}

void write_pictures(const scene::Sample& s, const fs::path& stem) {
  const int width = s.picture.width();
  const int height = s.picture.height();
  image::Gray16 depth(width, height);
  image::Labels labels(width, height);
  image::Image normals(width, height);
  for (size_t i = 0; i < s.depth.size(); ++i) {
    const float mm = s.depth.data()[i] * 1000 + 0.5F;
    depth.data()[i] = mm < 65536 ? static_cast<uint16_t>(mm) : 0;
    labels.data()[i] = s.labels[i];
  }
  for (size_t i = 0; i < normals.bytes(); ++i)
    normals.data()[i] = static_cast<uint8_t>(s.normals[i] + 128);
  const auto named = [&](const char* suffix) { return fs::path(stem.string() + suffix); };
  dpt::write_file(named(".png"), image::encode_png(s.picture));
  dpt::write_file(named(".depth.png"), image::encode_png_gray16(depth));
  dpt::write_file(named(".labels.png"), image::encode_png_labels(labels, image::make_palette(151)));
  dpt::write_file(named(".normals.png"), image::encode_png(normals));
}

volatile std::sig_atomic_t interrupted = 0;

/// A first Ctrl-C ends the work after the scenes in hand, a second one at once.
void end_early_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

/// Where raw records go: a file that appears when it is whole, standard output, a pipe or a device.
class RawOutput {
 public:
  explicit RawOutput(const std::string& path) : name_(path == "-" ? "standard output" : path) {
    if (path == "-") return;
    if (!dpt::is_pipe_or_device(path)) {
      file_ = std::make_unique<dpt::NewFile>(path);
    } else if (stream_ = std::fopen(path.c_str(), "wb"); stream_ == nullptr) {
      fail(ErrorKind::input, "{}: cannot open", dpt::printable(name_));
    }
  }
  ~RawOutput() {
    if (stream_ != nullptr && stream_ != stdout) std::fclose(stream_);
  }
  RawOutput(const RawOutput&) = delete;
  RawOutput& operator=(const RawOutput&) = delete;

  void write(const image::Bytes& bytes) {
    if (file_) return file_->write(bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size())
      fail(ErrorKind::input, "{}: cannot write", dpt::printable(name_));
  }
  void finish() {
    if (file_) return file_->move_into_place();
    if (std::fflush(stream_) != 0)
      fail(ErrorKind::input, "{}: cannot write", dpt::printable(name_));
  }

 private:
  std::string name_;
  std::unique_ptr<dpt::NewFile> file_;
  std::FILE* stream_ = stdout;
};

/// Gives how many were made: fewer than asked for after Ctrl-C, which leaves no file of raw
/// records.
uint64_t make_scenes(const Options& o) {
  if (o.folder.empty() == o.raw.empty())
    fail(ErrorKind::usage, "expected one of -o FOLDER and --raw FILE");
  if (o.count == 0 && o.raw != "-")
    fail(ErrorKind::usage, "--count: expected how many scenes; only --raw - goes on for ever");
  const scene::Size size = parse_size(o.size);
  const scene::Mixture& m = o.mixture;
  if (m.rooms + m.corridors + m.streets + m.suburbs + m.parks + m.landscapes + m.solids <= 0) {
    fail(ErrorKind::usage, "expected a share above 0 for at least one kind of scene");
  }
  const scene::TextureBank bank(o.seed, o.variants, read_textures(o.textures));
  dpt::ThreadPool pool(o.threads > 0 ? o.threads : dpt::usable_cores());
  std::unique_ptr<RawOutput> raw;
  if (!o.raw.empty() && o.raw != "-" && !dpt::is_pipe_or_device(o.raw)) {
    dpt::make_folders_for(o.raw);
  }
  if (!o.raw.empty()) raw = std::make_unique<RawOutput>(o.raw);
  if (!o.folder.empty()) {
    std::error_code error;
    fs::create_directories(o.folder, error);
    if (error)
      fail(ErrorKind::input, "{}: cannot make the folder: {}", dpt::printable(o.folder),
           error.message());
  }
  const uint64_t end = o.count == 0 ? UINT64_MAX : o.first + o.count;
  const uint64_t step = static_cast<uint64_t>(pool.size()) * 8;
  std::vector<image::Bytes> records(step);
  std::atomic<uint64_t> made = 0;
  for (uint64_t begin = o.first; begin < end; begin += step) {
    const uint64_t chunk = std::min(step, end - begin);
    pool.parallel_for(static_cast<int64_t>(chunk), [&](int64_t i, int) {
      if (interrupted != 0) return;
      const uint64_t number = begin + static_cast<uint64_t>(i);
      const scene::Sample sample =
          scene::make_sample(dpt::scramble(o.seed) + number, bank, o.mixture, size);
      if (raw)
        records[static_cast<size_t>(i)] = record_of(sample, o.normals);
      else
        write_pictures(sample, fs::path(o.folder) / fmt::format("{:06}", number));
      ++made;
    });
    if (interrupted != 0) return made;
    if (!raw) continue;
    for (uint64_t i = 0; i < chunk; ++i) raw->write(records[i]);
  }
  if (raw) raw->finish();
  return made;
}

/// To a person who watches.
void tell_what_was_written(const Options& o, uint64_t made,
                           std::chrono::steady_clock::time_point start) {
  const std::string place = o.raw.empty() ? (fs::path(o.folder) / "").string() : o.raw;
  if (::isatty(STDERR_FILENO) != 1 || place == "-" || dpt::is_pipe_or_device(place)) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  fmt::print(stderr, "wrote {} scene{} to {} ({:.0f} s)\n", made, made == 1 ? "" : "s",
             dpt::shown(place), elapsed.count());
}

int run(std::vector<std::string> arguments) {
  Options o;
  args::Parser app("Made-up scenes with exact depth, normals and labels", "dpt-scenes");
  app.add_option("-o,--output", o.folder, "folder for pictures")->type_name("FOLDER");
  app.add_option("--raw", o.raw, "file for raw records, - for standard output")->type_name("FILE");
  app.add_option("--size", o.size, "of the pictures; default: 256x192")->type_name("WxH");
  app.add_option("--count", o.count, "how many; 0 with --raw -: until the reader stops")
      ->type_name("N");
  app.add_option("--first", o.first, "number of the first scene; default: 0")->type_name("N");
  app.add_option("--seed", o.seed, "which scenes; default: 1")->type_name("N");
  app.add_option("--threads", o.threads, "default: all processors")
      ->check(args::range(1, 1024))
      ->type_name("N");
  app.add_option("--textures", o.textures,
                 "folder of photographs for pictures on walls, posters and screens")
      ->type_name("FOLDER");
  app.add_option("--variants", o.variants, "of each surface pattern; default: 3")
      ->check(args::range(1, 64))
      ->type_name("N");
  app.add_flag("--normals", o.normals, "raw records: normals as well");
  const auto share = [&](const char* name, float& value, const char* what) {
    app.add_option(name, value, what)
        ->check(args::range(0.0, 1000.0))
        ->type_name("SHARE")
        ->group("Shares of the kinds of scenes");
  };
  share("--rooms", o.mixture.rooms, "furnished rooms");
  share("--corridors", o.mixture.corridors, "corridors");
  share("--streets", o.mixture.streets, "streets");
  share("--suburbs", o.mixture.suburbs, "houses with gardens");
  share("--parks", o.mixture.parks, "parks and woods");
  share("--landscapes", o.mixture.landscapes, "shores, fields and mountains");
  share("--solids", o.mixture.solids, "heaps of simple bodies");
  app.add_option("--close-ups", o.mixture.close_ups,
                 "share of scenes with a laid table, an animal, a head or a thing right before the "
                 "camera; default: 0.22")
      ->check(args::range(0.0, 1.0))
      ->type_name("SHARE");
  app.footer(examples);
  constexpr size_t columns = 80;
  if (const auto help = args::parse(app, std::move(arguments), columns)) {
    std::fputs(help->c_str(), stdout);
    return 0;
  }
  end_early_on_signals();
  const auto start = std::chrono::steady_clock::now();
  const uint64_t made = make_scenes(o);
  if (interrupted == 0) {
    tell_what_was_written(o, made, start);
    return 0;
  }
  std::fprintf(stderr, "dpt-scenes: interrupted after %llu scenes%s\n",
               static_cast<unsigned long long>(made),
               o.raw.empty() || o.raw == "-" ? "" : "; no file is left");
  return 130;
}

/// Every picture needs the same few megabytes: kept, instead of given back to the system and
/// cleared by it again, which took 5 % of the time.
void keep_memory() {
#ifdef M_TRIM_THRESHOLD  // glibc
  constexpr int largest = 32 << 20;
  mallopt(M_MMAP_THRESHOLD, largest);
  mallopt(M_TRIM_THRESHOLD, 8 * largest);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  return dpt::report_errors(
      [&] {
        return run({argv + (argc > 0 ? 1 : 0), argv + argc});
      },
      [](const std::string& text) { std::fprintf(stderr, "dpt-scenes: %s\n", text.c_str()); });
}
