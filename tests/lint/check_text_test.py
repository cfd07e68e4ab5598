"""check_text.py on made-up files: each rule once broken."""

import tempfile
import unittest
from pathlib import Path

from check_text import check


class CheckText(unittest.TestCase):
    def errors_of(self, name, data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return check(Path(folder))

    def test_clean_files(self):
        for name, data in (("a.py", b"x = 1\n"), ("a.json", b'{"a": 1}'), ("Makefile", b"a:\n\tb\n"), ("e.md", b"")):
            with self.subTest(name=name):
                self.assertEqual(self.errors_of(name, data), [])

    def test_each_rule(self):
        for name, data, expected in (
            ("a.md", b"x \n", "a.md:1: space at the end of the line"),
            ("a.md", b"x\r\n", "a.md:1: carriage return"),
            ("a.cpp", b"\tx\n", "a.cpp:1: tab: indent with spaces"),
            ("a.md", b"x", "a.md:1: no newline at the end of the file"),
            ("a.md", b"a\n<<<<<<< b\n", "a.md:2: mark of an unfinished merge"),
            ("a.md", b"\xff\n", "a.md:1: not UTF-8 at byte 0"),
            ("a.py", b"x = (\n", "a.py:1: not valid Python: '(' was never closed"),
            ("a.py", b"x = " + b"1" * 117 + b"\n", "a.py:1: 121 columns (at most 120)"),
            ("a.json", b'{\n"a": }\n', "a.json:2: not valid JSON: Expecting value"),
            ("a.h", b"int x = INT32_MAX;\n", "a.h:1: INT32_MAX needs #include <cstdint>"),
            ("a.h", b"// TO" b"DO: later\n", "a.h:1: unfinished work: do it, or say in an issue that it is missing"),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(self.errors_of(name, data), [expected])

    def test_data_of_others_is_left_alone(self):
        self.assertEqual(self.errors_of("tests/data/a.json", b"{"), [])


if __name__ == "__main__":
    unittest.main()
