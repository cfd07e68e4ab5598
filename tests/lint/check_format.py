#!/usr/bin/env python3
"""Every C++ file is as clang-format leaves it.

    check_format.py [REPOSITORY]

Exit code 1 after naming the files that are not, 77 (skipped) where there is no clang-format of the
version whose layout the files have: versions differ in details.
"""

import re
import subprocess
import sys
from pathlib import Path

VERSION = 14  # Debian 12's
SKIPPED = 77
PATTERNS = ("*.cpp", "*.h", "*.hpp")


def installed_version():
    """Its major version; None where there is none."""
    try:
        text = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    found = re.search(r"version (\d+)", text)
    return int(found[1]) if found else None


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    version = installed_version()
    if version != VERSION:
        print(f"skipped: needs clang-format {VERSION}, found {'none' if version is None else version}")
        return SKIPPED
    listed = subprocess.run(["git", "ls-files", "-z", "--", *PATTERNS], cwd=root, capture_output=True, check=True)
    files = [name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()]
    result = subprocess.run(["clang-format", "--dry-run", *files], cwd=root, capture_output=True, text=True)
    bad = sorted({line.split(":")[0] for line in result.stderr.splitlines() if "clang-format-violations" in line})
    for name in bad:
        print(f"{name}: not formatted; make format mends it")
    return 1 if bad or result.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
