#!/usr/bin/env python3
"""Draws the rooms of src/ and scenes/ and who includes whom: docs/architecture.svg.

    scripts/draw-architecture.py [--check]

A room stands above all that it includes. An arrow that follows from others (a includes b, b includes c) is
left out. --check: writes nothing; exit code 1 where the picture is not that of the sources.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
SUFFIXES = {".cpp", ".h"}
# A room that is two: what any backend is, and the processor's with its kernels.
DIVIDED = {("backend", "cpu"): "backend/cpu"}

BOX, GAP, ROW, MARGIN = (128, 46), 26, 104, 24


def room_of(path):
    parts = path.parts
    return DIVIDED.get(parts[:2], parts[0]) if len(parts) > 1 else None


def read_rooms():
    """{room: set of the rooms that it includes}."""
    rooms = {}
    for root in (ROOT / "src", ROOT / "scenes"):
        for path in root.rglob("*"):
            if path.suffix not in SUFFIXES or path.parent == root:
                continue
            room = room_of(path.relative_to(root))
            targets = rooms.setdefault(room, set())
            for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
                if (ROOT / "src" / name).is_file():
                    targets.add(room_of(Path(name)))
    return {room: {t for t in targets if t and t != room} for room, targets in rooms.items()}


def reached(rooms, room):
    """All that ROOM includes, through others too."""
    found, todo = set(), list(rooms.get(room, ()))
    while todo:
        following = todo.pop()
        if following not in found:
            found.add(following)
            todo += rooms.get(following, ())
    return found


def levels(rooms):
    """[[rooms of the lowest level], ...]: longest way down."""
    height = {}

    def of(room):
        if room not in height:
            height[room] = 0
            height[room] = 1 + max((of(t) for t in rooms.get(room, ())), default=-1)
        return height[room]

    rows = {}
    for room in sorted(rooms):
        rows.setdefault(of(room), []).append(room)
    return [rows[level] for level in sorted(rows)]


def direct(rooms):
    """The arrows that do not follow from others."""
    for room, targets in sorted(rooms.items()):
        for target in sorted(targets):
            if not any(target in reached(rooms, other) for other in targets - {target}):
                yield room, target


def place(rows, arrows):
    """{room: (x, y) of its box}: in each row in the order of what they stand on, so that few arrows cross."""
    widest = max(len(row) for row in rows)
    width = widest * (BOX[0] + GAP) - GAP
    centre = {}
    for level, row in enumerate(rows):
        def pull(room):
            below = [centre[t][0] for r, t in arrows if r == room and t in centre]
            return (sum(below) / len(below) if below else width / 2, room)

        row.sort(key=pull)
        step = width / len(row)
        for i, room in enumerate(row):
            centre[room] = (MARGIN + step * (i + 0.5), MARGIN + ROW * (len(rows) - 1 - level) + BOX[1] / 2)
    return centre, width


def lines_of(room):
    for root in (ROOT / "src", ROOT / "scenes"):
        if (root / room).is_dir():
            files = [p for p in (root / room).rglob("*") if p.suffix in SUFFIXES]
            files = [p for p in files if room_of(p.relative_to(root)) == room]
            return sum(p.read_text(encoding="utf-8").count("\n") for p in files)
    return 0


def draw():
    rooms = read_rooms()
    rows = levels(rooms)
    arrows = list(direct(rooms))
    centre, width = place(rows, arrows)
    height = ROW * (len(rows) - 1) + BOX[1]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 2 * MARGIN:.0f}" height="{height + 2 * MARGIN}"'
        ' font-family="sans-serif" text-anchor="middle">',
        "<title>The rooms of the source tree, and who includes whom</title>",
        '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for room, target in arrows:
        (x0, y0), (x1, y1) = centre[room], centre[target]
        y0, y1 = y0 + BOX[1] / 2, y1 - BOX[1] / 2
        bend = (y1 - y0) / 2
        out.append(
            f'<path d="M{x0:.0f} {y0:.0f}C{x0:.0f} {y0 + bend:.0f} {x1:.0f} {y1 - bend:.0f} {x1:.0f} {y1:.0f}"'
            ' fill="none" stroke="#99a" stroke-width="1.3" marker-end="url(#end)"/>'
        )
    for room, (x, y) in sorted(centre.items()):
        # Hundreds, so that not every change is one of the picture.
        size = f"{round(lines_of(room), -2):,} lines"
        out.append(
            f'<rect x="{x - BOX[0] / 2:.0f}" y="{y - BOX[1] / 2:.0f}" width="{BOX[0]}" height="{BOX[1]}" rx="6"'
            ' fill="#eef3fb" stroke="#456"/>'
            f'<text x="{x:.0f}" y="{y - 2:.0f}" font-size="15" fill="#123">{room}</text>'
            f'<text x="{x:.0f}" y="{y + 15:.0f}" font-size="11" fill="#567">{size}</text>'
        )
    return "\n".join([*out, "</svg>\n"])


def arrows_in(text):
    """The picture without the sizes, which change daily."""
    return re.sub(r"[\d,]+ lines", "", text)


def main():
    text = draw()
    if sys.argv[1:] == ["--check"]:
        if not PICTURE.is_file() or arrows_in(PICTURE.read_text(encoding="utf-8")) != arrows_in(text):
            print("docs/architecture.svg is not of these sources: run scripts/draw-architecture.py", file=sys.stderr)
            return 1
        return 0
    if sys.argv[1:]:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    PICTURE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
