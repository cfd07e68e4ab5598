// Damaged files of every format: each is read or refused within a limit of memory, and never
// crashes the reader.
#include <cstdint>
#include <cstring>
#include <random>

#include "image/codec/read.h"
#include "image/codec/write.h"
#include "support/peak_memory.h"
#include "test_files.h"

namespace dpt::image {
namespace {

/// The largest picture that is read, whose size a damaged header may claim, and what the decoders
/// hold beside it for files like these.
constexpr size_t memory_limit = size_t{3} * max_pixels + (size_t{64} << 20);

using Reader = void (*)(std::span<const std::byte>);

void read_picture(std::span<const std::byte> bytes) { (void)decode(bytes, {}, "mutant"); }
void read_pfm(std::span<const std::byte> bytes) { (void)decode_pfm(bytes, "mutant"); }
void read_npy(std::span<const std::byte> bytes) { (void)decode_npy(bytes, "mutant"); }
void read_npz(std::span<const std::byte> bytes) { (void)decode_npz(bytes, "mutant"); }
void read_label_array(std::span<const std::byte> bytes) {
  (void)decode_npy_labels(bytes, "mutant");
}
void read_exr(std::span<const std::byte> bytes) { (void)decode_exr(bytes, "mutant"); }
void read_gray(std::span<const std::byte> bytes) { (void)decode_png_gray(bytes, "mutant"); }
void read_tiff(std::span<const std::byte> bytes) { (void)decode_tiff_depth(bytes, "mutant"); }

struct Seed {
  const char* file;
  Reader reader;
};

void PrintTo(const Seed& seed, std::ostream* out) { *out << seed.file; }

class Mutants : public testing::TestWithParam<Seed> {};

/// Flips bits, overwrites words with extreme values (sizes, offsets, counts), cuts and repeats.
/// Half of the changes are near the beginning, where the headers are (a JPEG's behind its tables).
void mutate(std::vector<std::byte>& bytes, std::mt19937& random) {
  const auto below = [&](size_t limit) { return random() % std::max<size_t>(limit, 1); };
  const int changes = 1 + static_cast<int>(below(4));
  for (int i = 0; i < changes && !bytes.empty(); ++i) {
    constexpr std::array<size_t, 4> heads = {40, 700, SIZE_MAX, SIZE_MAX};
    const size_t at = below(std::min(bytes.size(), heads[below(heads.size())]));
    switch (below(5)) {
      case 0:
        bytes[at] ^= static_cast<std::byte>(1U << below(8));
        break;
      case 1:
        bytes[at] = static_cast<std::byte>(below(256));
        break;
      case 2: {
        constexpr std::array<uint32_t, 6> extremes = {0,          1,          0xFFFF,
                                                      0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
        const uint32_t value = extremes[below(extremes.size())];
        std::memcpy(bytes.data() + at, &value, std::min<size_t>(4, bytes.size() - at));
        break;
      }
      case 3:
        if (below(4) == 0) bytes.resize(at);
        break;
      default: {
        const size_t count = std::min<size_t>(below(16), bytes.size() - at);
        const std::vector<std::byte> piece(bytes.begin() + static_cast<ptrdiff_t>(at),
                                           bytes.begin() + static_cast<ptrdiff_t>(at + count));
        bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), piece.begin(), piece.end());
      }
    }
  }
}

/// Gives the chunks of a PNG file the checksums of what they hold now: damage gets past them.
void repair_checksums(std::vector<std::byte>& bytes) {
  constexpr size_t signature = 8, around = 12;  // length, type, checksum
  for (size_t at = signature; at + around <= bytes.size();) {
    const size_t length = big_endian(bytes, at);
    if (length > bytes.size() - at - around) return;
    const uint32_t crc = png_checksum(std::span(bytes).subspan(at + 4, 4 + length));
    for (size_t i = 0; i < 4; ++i) {
      bytes[at + 8 + length + i] = static_cast<std::byte>(crc >> (24 - 8 * i));
    }
    at += around + length;
  }
}

TEST_P(Mutants, AreReadOrRefused) {
  const std::vector<std::byte> original = data_bytes(std::string("image/") + GetParam().file);
  GetParam().reader(original);
  std::mt19937 random(20240607);
  const bool is_png = std::string_view(GetParam().file).ends_with(".png");
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::byte> bytes = original;
    mutate(bytes, random);
    if (is_png && i % 2 == 0) repair_checksums(bytes);
    bytes.shrink_to_fit();  // so that the sanitizer sees a read beyond the end
    const size_t peak = test::peak_of([&] {
      try {
        GetParam().reader(bytes);
      } catch (const Error& error) {
        ++refused;
        ASSERT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
      }
    });
    EXPECT_LT(peak, memory_limit) << "copy " << i;
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Formats, Mutants,
    testing::Values(
        Seed{"pictures/rgb8.png", read_picture}, Seed{"pictures/palette4.png", read_picture},
        Seed{"pictures/interlaced.png", read_picture}, Seed{"pictures/exif6.png", read_picture},
        Seed{"pictures/jpeg420.jpg", read_picture}, Seed{"pictures/progressive.jpg", read_picture},
        Seed{"pictures/cmyk.jpg", read_picture}, Seed{"pictures/exif6.jpg", read_picture},
        Seed{"pictures/lossy.webp", read_picture}, Seed{"pictures/alpha.webp", read_picture},
        Seed{"pictures/animated.webp", read_picture}, Seed{"pictures/exif6.webp", read_picture},
        Seed{"pictures/rgb8.tif", read_picture}, Seed{"pictures/lzw.tif", read_picture},
        Seed{"pictures/rgb8_tiles.tif", read_picture}, Seed{"pictures/palette8.tif", read_picture},
        Seed{"pictures/bilevel.tif", read_picture}, Seed{"pictures/palette8.bmp", read_picture},
        Seed{"pictures/bgr24.bmp", read_picture}, Seed{"pictures/bgr565.bmp", read_picture},
        Seed{"pictures/rle8.bmp", read_picture}, Seed{"pictures/rle4.bmp", read_picture},
        Seed{"pictures/restart.jpg", read_picture},
        Seed{"pictures/bgra32_fields.bmp", read_picture}, Seed{"pictures/binary.ppm", read_picture},
        Seed{"pictures/text.ppm", read_picture}, Seed{"pictures/packed.pbm", read_picture},
        Seed{"pictures/gray16.png", read_gray}, Seed{"depth/values.pfm", read_pfm},
        Seed{"depth/values.npy", read_npy}, Seed{"depth/labels.npy", read_npy},
        Seed{"depth/values.tif", read_tiff}, Seed{"depth/values_pil.tif", read_tiff},
        Seed{"depth/values.npz", read_npz}, Seed{"depth/values_packed.npz", read_npz},
        Seed{"depth/values.exr", read_exr}, Seed{"depth/half.npy", read_npy},
        Seed{"depth/wide.npy", read_label_array}, Seed{"depth/named.npz", read_npz},
        Seed{"depth/crlf.pfm", read_pfm}, Seed{"depth/big.tif", read_tiff},
        Seed{"depth/double.tif", read_tiff}, Seed{"depth/layers.exr", read_exr}),
    [](const auto& one) {
      std::string name = one.param.file;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == '.' || c == '/'; }, '_');
      return name;
    });

}  // namespace
}  // namespace dpt::image
