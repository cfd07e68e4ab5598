"""What `make` calls before and around CMake: scripts/configure.sh, scripts/with-progress.sh, cmake/DptHelpFiles.cmake.

scripts_test.py CMAKE PROGRAM
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
CMAKE, PROGRAM = sys.argv[1:3]

# In the place of CMake and of the package installer: they note how they were called.
FAKE_CMAKE = """#!/bin/sh
echo "cmake $*" >>calls.txt
folder=build/$2
{ echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD"
  for argument; do echo "$argument" | sed -n 's/^-D\\(.*\\)=\\(.*\\)$/\\1:BOOL=\\2/p'; done
} >"$folder/CMakeCache.txt"
touch "$folder/build.ninja"
"""
FAKE_INSTALL = '#!/bin/sh\necho "install $*" >>calls.txt\n'


class Configure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="a clone ")
        self.addCleanup(folder.cleanup)
        self.clone = Path(folder.name) / "here"
        (self.clone / "scripts").mkdir(parents=True)
        shutil.copy(SOURCE / "scripts/configure.sh", self.clone / "scripts")
        (self.clone / "CMakePresets.json").write_text("{}")
        self.script("scripts/install-packages.sh", FAKE_INSTALL)
        self.script("bin/cmake", FAKE_CMAKE)

    def script(self, name, text):
        path = self.clone / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def configure(self, level):
        """What was called."""
        calls = self.clone / "calls.txt"
        calls.write_text("")
        path = f"{self.clone / 'bin'}:{os.environ['PATH']}"
        command = [self.clone / "scripts/configure.sh", "release", level]
        done = subprocess.run(command, env={**os.environ, "PATH": path}, cwd="/", capture_output=True, check=True)
        self.said = done.stderr.decode()
        return calls.read_text().splitlines()

    def test_more_is_asked_for_and_stays(self):
        self.assertEqual(
            self.configure("program"),
            ["install build", "cmake --preset release -DDPT_BUILD_VIDEO=OFF -DDPT_BUILD_TESTS=OFF"],
        )
        self.assertEqual(self.configure("program"), [])
        self.assertEqual(
            self.configure("video"),
            ["install build video", "cmake --preset release -DDPT_BUILD_VIDEO=ON -DDPT_BUILD_TESTS=OFF"],
        )
        self.assertEqual(self.configure("program"), [])
        self.assertEqual(self.configure("test")[0], "install build video test")
        for level in ("program", "video", "test"):
            self.assertEqual(self.configure(level), [])
        (self.clone / "CMakePresets.json").write_text("{ }")
        self.assertIn("-DDPT_BUILD_TESTS=ON", self.configure("program")[1])

    def test_a_moved_clone_begins_anew(self):
        self.configure("test")
        (self.clone / "build/release/old.o").touch()
        self.clone = self.clone.rename(self.clone.with_name("there"))
        self.assertEqual(self.configure("program")[0], "install build")
        self.assertIn("beginning anew", self.said)
        self.assertFalse((self.clone / "build/release/old.o").exists())
        link = self.clone.with_name("link")
        link.symlink_to(self.clone)
        self.clone = link
        self.assertEqual(self.configure("program"), [])  # the same folder by another way


class Progress(unittest.TestCase):
    def run_script(self, *arguments):
        script = SOURCE / "scripts/with-progress.sh"
        return subprocess.run([script, *arguments], capture_output=True, check=False, text=True)

    def test_output_and_exit_code_pass(self):
        done = self.run_script("Building", "sh", "-c", "echo one; echo '[1/2] Building x'; echo two >&2; exit 7")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stderr, "one\ntwo\n")
        self.assertEqual(done.stdout, "")

    def test_a_line_every_20_seconds(self):
        done = self.run_script("Building", "sh", "-c", "echo '[1/2] Building x'; sleep 21")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"^Building: 0:2\d \[1/2\]\n$")


class HelpFiles(unittest.TestCase):
    def test_names_with_spaces_and_quotes(self):
        with tempfile.TemporaryDirectory(prefix="it's a \"clone\" ") as folder:
            program = Path(folder) / "dpt"
            program.symlink_to(PROGRAM)
            command = [CMAKE, "-D", f"PROGRAM={program}", "-D", f"FOLDER={folder}/help"]
            subprocess.run([*command, "-P", SOURCE / "cmake/DptHelpFiles.cmake"], check=True)
            for name in ("man1/dpt.1", "man1/dpt-depth.1", "dpt.bash", "dpt.zsh", "dpt.fish"):
                self.assertGreater((Path(folder) / "help" / name).stat().st_size, 400, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
