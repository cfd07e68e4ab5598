#!/usr/bin/env python3
"""Who may include whom below src/ and scenes/, and what library code must not do.

    check_layers.py [REPOSITORY]

Checks every `#include "..."` against ALLOWED, the environment and process functions against
FORBIDDEN, folders above MAX_FILES files, and warns of files above MAX_LINES lines. Prints
FILE:LINE: what is wrong and what is allowed; exit code 1 after an error.
"""

import posixpath
import re
import sys
from pathlib import Path, PurePosixPath

# Folder of src/ or scenes/ -> folders and single headers that it may include besides its own files. A file
# belongs to the longest folder here that holds it: src/graph/passes to graph, the kernels not to
# backend/cpu.
ALLOWED = {
    "base": [],
    "args": ["base"],
    "image": ["base"],
    "batch": ["image", "base"],
    "video": ["image", "base"],
    "geometry": ["image", "base"],
    "net": ["base"],
    "weights": ["base"],
    "graph": ["weights", "base"],
    # Of pictures a network knows how they enter: sizes and normalisation.
    "model": [
        *("image/resample/network_size.h", "image/resample/normalization.h"),
        *("graph", "weights", "base"),
    ],
    "backend": ["graph", "base"],
    "backend/cpu": ["backend/backend.h", "backend/cpu/kernels", "graph", "base"],
    "backend/cpu/kernels": ["base"],
    "backend/vulkan": ["backend/backend.h", "graph", "base"],
    "backend/cuda": ["backend/backend.h", "graph", "base"],
    "runtime": ["backend", "model", "graph", "weights", "base"],
    # Of the networks a task knows the configuration, not the definition.
    "task": ["runtime", "image", "model/config.h", "base"],
    "result": ["image", "base"],
    "movie": ["batch", "result", "task", "runtime", "video", "image", "model/config.h", "base"],
    "eval": ["image", "base"],
    "assess": ["eval", "batch", "task", "runtime", "image", "base"],
    "store": ["model", "weights", "base"],
    "store/pull": ["store", "net", "weights", "base"],
    "store/facts": ["store", "task", "runtime", "model", "image", "weights", "base"],
    "c_api": ["task", "runtime", "image", "weights", "model", "base"],
    "scene": ["image", "base"],  # in scenes/
    "cli": [
        *("args", "assess", "batch", "store", "movie", "result"),
        *("eval", "task", "runtime", "video", "geometry", "net", "image", "weights", "model", "base"),
    ],
}

SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".inl"}
MAX_LINES = 450
MAX_FILES = 25
# Folders that are still too full, and the files that they may have until they are divided.
FULL = {"src/cli": 78}

# (what, pattern, is it allowed in this file?); matched with comments and string literals removed.
FORBIDDEN = [
    (
        "reads the environment: add a member to Settings in base/settings.h",
        re.compile(r"(?<![\w.>])(?:std::|::)?(getenv|secure_getenv|setenv|putenv)\s*\("),
        lambda path: str(path) == "base/settings.cpp",
    ),
    (
        "prints: a library returns values or throws dpt::Error",
        re.compile(
            r"\bstd::(cout|cerr|clog)\b"
            r"|(?<![\w.>:])(?:std::|::)?(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror)\s*\("
            r"|\bfmt::(print|println)\s*\("
        ),
        lambda path: path.parts[0] == "cli",
    ),
    (
        "ends the process: a library throws dpt::Error",
        re.compile(r"(?<![\w.>:])(?:std::|::)?(abort|exit|_exit|_Exit|quick_exit|terminate)\s*\("),
        lambda path: path.parts[0] == "cli",
    ),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
# Comments, raw strings, strings and character literals; newlines inside are kept by `blank`.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.DOTALL
)


def blank(match):
    return "\n" * match.group().count("\n") + " "


def layer_of(path):
    """Longest folder of ALLOWED that holds PATH, or None."""
    for parent in path.parents:
        if str(parent) in ALLOWED:
            return str(parent)
    return None


def within(path, folder_or_file):
    return str(path) == folder_or_file or str(path).startswith(folder_or_file + "/")


def may_include(source, target):
    layer = layer_of(source)
    return layer_of(target) == layer or any(within(target, allowed) for allowed in ALLOWED[layer])


def resolve(source, name, roots):
    """Path below one of ROOTS of an included file, beside the source first; None for others' headers."""
    for candidate in (source.parent / name, PurePosixPath(name)):
        if any((root / candidate).is_file() for root in roots):
            return PurePosixPath(posixpath.normpath(candidate))
    return None


def family_of(path):
    """Folder of the family of networks that a file belongs to, or None."""
    return path.parent if len(path.parts) == 3 and path.parts[0] == "model" else None


def opens_family(source, target):
    """Only the table of families looks into a family's folder, and there at one header."""
    return str(source) == "model/families.cpp" and target.name == "family.h"


def check_includes(source, text, roots):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match or (name := match[1]).startswith("dpt/"):
            continue
        target = resolve(source, name, roots)
        if target is not None and not may_include(source, target):
            layer = layer_of(source)
            allowed = ", ".join(ALLOWED[layer]) or "nothing else"
            yield number, f'{layer} must not include "{target}"; besides itself it may include: {allowed}'
        elif target is not None and family_of(target) not in (None, family_of(source)):
            if not opens_family(source, target):
                yield number, f'{source} must not know a family: "{target}" is model/families.cpp\'s and its folder\'s'


def check_calls(source, text):
    code = NOT_CODE.sub(blank, text)
    for what, pattern, is_allowed in FORBIDDEN:
        if is_allowed(source):
            continue
        for match in pattern.finditer(code):
            call = re.sub(r"\s*\($", "", match.group())
            yield code.count("\n", 0, match.start()) + 1, f"{call} {what}"


def check_file(path, root, roots):
    """Errors of one file below ROOT: (line, text)."""
    source = PurePosixPath(path.relative_to(root).as_posix())
    text = path.read_text(encoding="utf-8")
    if layer_of(source) is None:
        yield 1, f"{source.parent} is no layer: add it to ALLOWED in tests/layers/check_layers.py"
        return
    yield from check_includes(source, text, roots)
    yield from check_calls(source, text)


def check_public_header(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match and not match[1].startswith("dpt/"):
            yield number, f'a public header must not include "{match[1]}"'


def files_below(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def check(root):
    """(errors, warnings): lists of FILE:LINE: text, with FILE relative to ROOT."""
    errors, warnings = [], []
    src, scenes = root / "src", root / "scenes"
    found = [(path, check_file(path, src, [src])) for path in files_below(src)]
    # The programs lie in scenes/ itself.
    found += [(path, check_file(path, scenes, [src, scenes])) for path in files_below(scenes) if path.parent != scenes]
    found += [(path, check_public_header(path)) for path in files_below(root / "include")]
    for path, problems in found:
        name = path.relative_to(root).as_posix()
        errors += [f"{name}:{line}: {text}" for line, text in problems]
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MAX_LINES:
            warnings.append(f"{name}:1: warning: {lines} lines (above {MAX_LINES}): does it still have one idea?")
    for folder in sorted({src, *(p for p in src.rglob("*") if p.is_dir())}):
        name = folder.relative_to(root).as_posix()
        count = sum(1 for p in folder.iterdir() if p.is_file()) if folder.is_dir() else 0
        if count > FULL.get(name, MAX_FILES):
            errors.append(f"{name}: {count} files (above {FULL.get(name, MAX_FILES)}): divide the folder by idea")
    return errors, warnings


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    errors, warnings = check(root)
    for line in warnings + errors:
        print(line, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
