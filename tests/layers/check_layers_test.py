"""check_layers.py on made-up trees: each rule once kept and once broken."""

import tempfile
import unittest
from pathlib import Path

from check_layers import ALLOWED, MAX_LINES, check


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for layer in ALLOWED:
            self.write(f"src/{layer}/thing.h", "#pragma once\n")
        self.write("src/backend/backend.h", "#pragma once\n")
        self.write("src/model/config.h", "#pragma once\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def errors_of(self, name, text):
        self.write(name, text)
        return check(self.root)[0]

    def includes(self, folder, header):
        return self.errors_of(f"src/{folder}/user.cpp", f'#include "{header}"\n')

    def test_empty_headers_are_clean(self):
        self.assertEqual(check(self.root), ([], []))

    def test_allowed_includes(self):
        for folder, header in (
            ("image", "base/thing.h"),
            ("graph", "weights/thing.h"),
            ("graph/passes", "graph/thing.h"),
            ("backend/cpu", "backend/cpu/kernels/thing.h"),
            ("backend/cpu", "backend/backend.h"),
            ("runtime", "backend/cpu/thing.h"),
            ("task", "model/config.h"),
            ("cli", "task/thing.h"),
            ("cli", "thing.h"),
        ):
            with self.subTest(folder=folder, header=header):
                self.assertEqual(self.includes(folder, header), [])

    def test_forbidden_includes(self):
        for folder, header in (
            ("base", "image/thing.h"),
            ("weights", "image/thing.h"),
            ("graph", "model/thing.h"),
            ("model", "backend/cpu/thing.h"),
            ("backend/cpu", "model/thing.h"),
            ("backend/cpu", "weights/thing.h"),
            ("backend/vulkan", "backend/cpu/thing.h"),
            ("backend", "backend/cpu/thing.h"),
            ("backend/cpu/kernels", "backend/backend.h"),
            ("backend/cpu/kernels", "graph/thing.h"),
            ("backend/cpu/kernels", "backend/cpu/thing.h"),
            ("backend/cpu/kernels", "../thing.h"),
            ("runtime", "image/thing.h"),
            ("task", "model/thing.h"),
            ("task", "weights/thing.h"),
            ("cli", "graph/thing.h"),
            ("cli", "backend/cpu/thing.h"),
        ):
            with self.subTest(folder=folder, header=header):
                errors = self.includes(folder, header)
                self.assertEqual(len(errors), 1, errors)
                self.assertIn(f"src/{folder}/user.cpp:1: {folder} must not include", errors[0])
                (self.root / f"src/{folder}/user.cpp").unlink()

    def test_only_the_table_knows_families(self):
        for name in ("family.h", "config.h"):
            self.write(f"src/model/midas/{name}", "#pragma once\n")
            self.write(f"src/model/dpt/{name}", "#pragma once\n")
        for file, header in (
            ("model/families.cpp", "model/dpt/family.h"),
            ("model/dpt/family.cpp", "model/dpt/config.h"),
            ("model/dpt/family.cpp", "model/config.h"),
        ):
            with self.subTest(file=file, header=header):
                self.assertEqual(self.errors_of(f"src/{file}", f'#include "{header}"\n'), [])
        for file, header in (
            ("runtime/user.cpp", "model/dpt/family.h"),
            ("model/user.cpp", "model/dpt/config.h"),
            ("model/families.cpp", "model/dpt/config.h"),
            ("model/midas/user.cpp", "model/dpt/config.h"),
        ):
            with self.subTest(file=file, header=header):
                [error] = self.errors_of(f"src/{file}", f'#include "{header}"\n')
                self.assertIn(f"src/{file}:1: {file} must not know a family", error)
                (self.root / f"src/{file}").unlink()

    def test_message_names_what_is_allowed(self):
        [error] = self.includes("graph", "image/thing.h")
        self.assertEqual(
            error,
            'src/graph/user.cpp:1: graph must not include "image/thing.h"; '
            "besides itself it may include: weights, base",
        )

    def test_headers_of_other_projects_are_not_judged(self):
        self.assertEqual(self.includes("backend/cpu/kernels", "hwy/highway.h"), [])

    def test_unknown_layer(self):
        [error] = self.includes("shiny", "base/thing.h")
        self.assertIn("shiny is no layer", error)

    def test_public_headers_know_nothing_of_src(self):
        [error] = self.errors_of("include/dpt/dpt.hpp", '#include "dpt/dpt.h"\n#include "base/thing.h"\n')
        self.assertIn("include/dpt/dpt.hpp:2: a public header must not include", error)

    def test_environment(self):
        text = 'const char* v = std::getenv("X");\n'
        [error] = self.errors_of("src/cli/user.cpp", text)
        self.assertIn("src/cli/user.cpp:1: std::getenv reads the environment", error)
        (self.root / "src/cli/user.cpp").unlink()
        self.assertEqual(self.errors_of("src/base/settings.cpp", text), [])

    def test_printing_and_ending(self):
        for call in (
            'std::cout << "x";',
            'printf("x");',
            'std::fprintf(stderr, "x");',
            'fmt::print("x");',
            "abort();",
            "std::exit(1);",
            "std::terminate();",
        ):
            with self.subTest(call=call):
                [error] = self.errors_of("src/model/user.cpp", f"void f() {{\n  {call}\n}}\n")
                self.assertIn("src/model/user.cpp:2: ", error)
        (self.root / "src/model/user.cpp").unlink()
        self.assertEqual(self.errors_of("src/cli/user.cpp", 'std::cout << "x"; std::exit(1);\n'), [])

    def test_comments_strings_and_members_are_no_calls(self):
        self.assertEqual(
            self.errors_of(
                "src/model/user.cpp",
                '// abort()\n/* printf(\n exit( */\nauto s = "getenv(";\nauto r = R"x(abort("))x";\n'
                "transaction.abort();\nfile->exit();\nsnprintf(b, n, f);\nwriter::abort();\n",
            ),
            [],
        )

    def test_long_files_are_a_warning(self):
        self.write("src/base/long.cpp", "\n" * (MAX_LINES + 1))
        errors, warnings = check(self.root)
        self.assertEqual(errors, [])
        self.assertEqual(len(warnings), 1)
        self.assertIn("src/base/long.cpp:1: warning: 451 lines", warnings[0])


if __name__ == "__main__":
    unittest.main()
