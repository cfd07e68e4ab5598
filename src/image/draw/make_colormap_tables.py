"""Writes colormap_tables.h from matplotlib: python make_colormap_tables.py > colormap_tables.h"""

import matplotlib

MAPS = ["inferno", "magma", "viridis", "plasma", "turbo", "Spectral_r"]

print("""// 256 colours of each map, 0xRRGGBB. Written by make_colormap_tables.py from matplotlib.
// inferno, magma, viridis, plasma: Smith, van der Walt and Firing, CC0. turbo: Mikhailov (Google),
// Apache-2.0. spectral_r: ColorBrewer (Brewer, Harrower, Pennsylvania State University), Apache-2.0.
#pragma once

#include <array>
#include <cstdint>

namespace dpt::image::tables {
""")
for name in MAPS:
    # Rounded, as in OpenCV's tables (matplotlib's own bytes=True truncates).
    colors = [[round(255 * v) for v in matplotlib.colormaps[name](i)[:3]] for i in range(256)]
    words = ["0x%02x%02x%02x" % tuple(color) for color in colors]
    print(f"inline constexpr std::array<uint32_t, 256> {name.lower()} = {{")
    for i in range(0, 256, 9):
        print("    " + ", ".join(words[i : i + 9]) + ",")
    print("};\n")
print("}  // namespace dpt::image::tables")
