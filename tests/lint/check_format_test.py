#!/usr/bin/env python3
"""check_format.py names a file that is not formatted, and says when it cannot look."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).with_name("check_format.py")
sys.path.insert(0, str(CHECK.parent))
import check_format  # noqa: E402


def run(folder, **environment):
    env = {**os.environ, **environment}
    return subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True, env=env)


class CheckFormat(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        subprocess.run(["git", "init", "-q", self.root], check=True)
        (self.root / ".clang-format").write_text("BasedOnStyle: Google\n")

    def add(self, name, text):
        (self.root / name).write_text(text)
        subprocess.run(["git", "add", name], cwd=self.root, check=True)

    @unittest.skipUnless(check_format.installed_version() == check_format.VERSION, "needs this clang-format")
    def test_names_the_files(self):
        self.add("good.cpp", "int one() { return 1; }\n")
        self.assertEqual(run(self.root).returncode, 0)
        self.add("bad.cpp", "int  one( ){return 1;}\n")
        result = run(self.root)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "bad.cpp: not formatted; make format mends it\n")

    def test_says_why_it_does_not_look(self):
        fake = self.root / "bin"
        fake.mkdir()
        (fake / "clang-format").write_text("#!/bin/sh\necho Debian clang-format version 3.0.1\n")
        (fake / "clang-format").chmod(0o755)
        result = run(self.root, PATH=f"{fake}:{os.environ['PATH']}")
        self.assertEqual(result.returncode, check_format.SKIPPED)
        self.assertIn("needs clang-format 14, found 3", result.stdout)


if __name__ == "__main__":
    unittest.main()
