#!/usr/bin/env python3
"""What no formatter looks at: plain text, valid JSON and Python, no leftovers.

    check_text.py [REPOSITORY]

Looks at the files that git knows, or at all of them where there is no git. Prints FILE:LINE: what
is wrong; exit code 1 after an error. tests/data is left alone: it is what others wrote.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

NOT_OURS = ("tests/data/", "build/", "out/", ".git/", "LICENSE")
TEXT = {".cpp", ".h", ".hpp", ".cmake", ".txt", ".py", ".sh", ".md", ".json", ".yml", ".toml", ".comp", ".cu"}
TEXT_NAMES = {"Makefile", "run", ".clang-format", ".clang-tidy", ".editorconfig", ".gitignore", ".gitattributes"}
CODE = {".cpp", ".h", ".hpp", ".cmake", ".py", ".sh", ".comp", ".cu"}
# Written in two parts, so that this file does not name what it looks for.
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
CONFLICT = re.compile(r"^(<{7}|>{7}|={7})( |$)")
MAX_PYTHON_COLUMNS = 120
# What some standard libraries declare by accident in other headers, and others do not.
NEEDS = {
    "cstdint": re.compile(r"\bU?INT(8|16|32|64|PTR|MAX)_(MAX|MIN)\b|\bSIZE_MAX\b"),
    "climits": re.compile(r"\b(U?(INT|LONG|LLONG|CHAR|SHRT)_(MAX|MIN)|CHAR_BIT|PATH_MAX)\b"),
    "cfloat": re.compile(r"\b(FLT|DBL)_(MAX|MIN|EPSILON)\b"),
    "cstring": re.compile(r"\b(std::)?(memcpy|memcmp|memset|memmove|strlen|strcmp|strerror)\("),
    "cmath": re.compile(r"\bstd::(isnan|isfinite|isinf|sqrt|floor|ceil|round|lround|lrint|pow|exp|log|hypot|fabs)\("),
    "cstdlib": re.compile(r"\bstd::(getenv|strtol|strtod|strtoull|malloc|free|abort|exit)\("),
    "algorithm": re.compile(r"\bstd::(sort|find|find_if|(all|any|none)_of|copy|copy_n|fill|clamp|transform)\("),
    "numeric": re.compile(r"\bstd::(accumulate|iota|reduce|inner_product|gcd|lcm)\("),
    "limits": re.compile(r"\bstd::numeric_limits\b"),
}


def check_lines(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if line.rstrip() != line:
            yield number, "carriage return" if line.endswith("\r") else "space at the end of the line"
        if "\t" in line and path.name != "Makefile":
            yield number, "tab: indent with spaces"
        if CONFLICT.match(line):
            yield number, "mark of an unfinished merge"
        if path.suffix in CODE and LEFTOVER.search(line):
            yield number, "unfinished work: do it, or say in an issue that it is missing"
        if path.suffix == ".py" and len(line) > MAX_PYTHON_COLUMNS:
            yield number, f"{len(line)} columns (at most {MAX_PYTHON_COLUMNS})"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end of the file"


def check_includes(text):
    """Every file includes what it uses of the headers that compilers differ in."""
    lines = text.split("\n")
    for header, name in NEEDS.items():
        if f"#include <{header}>" in lines:
            continue
        for number, line in enumerate(lines, 1):
            found = name.search(line.split("//")[0])
            if found:
                yield number, f"{found[0].rstrip('(')} needs #include <{header}>"
                break


def check_syntax(path, text):
    try:
        if path.suffix == ".py":
            compile(text, str(path), "exec")
        elif path.suffix == ".json":
            json.loads(text)
    except SyntaxError as error:
        yield error.lineno or 1, f"not valid Python: {error.msg}"
    except json.JSONDecodeError as error:
        yield error.lineno, f"not valid JSON: {error.msg}"


def check_file(path):
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        yield 1, f"not UTF-8 at byte {error.start}"
        return
    yield from check_syntax(path, text)
    # Models' JSON files stay byte for byte what the training wrote.
    if path.suffix != ".json":
        yield from check_lines(path, text)
    if path.suffix in {".cpp", ".h", ".hpp"}:
        yield from check_includes(text)


def files_of(root):
    """Names relative to ROOT, with slashes."""
    if (root / ".git").exists():
        command = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z"]
        listed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        return [os.fsdecode(name) for name in listed.split(b"\0") if name]
    return [path.relative_to(root).as_posix() for path in root.rglob("*")]


def check(root):
    """Errors as FILE:LINE: text, with FILE relative to ROOT."""
    errors = []
    for name in sorted(files_of(root)):
        path = root / name
        is_text = path.suffix in TEXT or path.name in TEXT_NAMES
        if not is_text or name.startswith(NOT_OURS) or not path.is_file():
            continue
        errors += [f"{name}:{line}: {text}" for line, text in check_file(path)]
    return errors


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    errors = check(root)
    for line in errors:
        print(line, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
