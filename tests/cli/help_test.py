"""What the program says about itself: help, version, doctor, completion, manual pages."""

import fcntl
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import termios
import time
import unittest

from support import DPT, ROOT, CliTest, environment

COMMANDS = [
    "depth", "segment", "video", "compare", "eval", "info", "bench", "models", "convert", "doctor", "help", "man",
    "completion", "version",
]  # fmt: skip
NESTED = ["eval depth", "eval segment", "eval merge"] + [
    f"models {name}" for name in ("list", "show", "path", "verify", "rm", "pull")
]


class Help(CliTest):
    def test_doctor(self):
        facts = json.loads(self.dpt("doctor", "--json").stdout)
        self.assertEqual(facts["problems"], [])
        self.assertIn("starter-depth", facts["models"])
        self.assertGreaterEqual(facts["cores"], 1)
        self.assertEqual(facts["precisions"]["fp32"], "fp32")
        self.assertTrue(facts["video"])
        text = self.dpt("doctor").stdout.decode()
        self.assertRegex(text, rf"(?m)^processor    .*, \d+ cores?, {facts['instruction_set']}$")
        self.assertRegex(text, r"(?m)^models       starter-depth, starter-segmentation")
        self.assertRegex(text, r"(?m)^missing      nothing$")
        empty = self.folder / "empty"
        empty.mkdir()
        text = self.dpt("doctor", code=1, variables={"DPT_MODELS": str(empty), "DPT_THREADS": "3"}).stdout.decode()
        self.assertRegex(text, r"(?m)^missing      .*registry.json")
        self.assertIn("DPT_THREADS 3", text)

    def test_doctor_says_what_to_do_about_what_is_missing(self):
        alone = self.folder / "bin" / "dpt"
        alone.parent.mkdir()
        shutil.copy(DPT, alone)
        broken = alone.with_name("dpt-pull")
        broken.write_text("#!/bin/sh\nexit 127\n")
        broken.chmod(0o755)
        done = subprocess.run([alone, "doctor"], env=environment(), capture_output=True, check=False, text=True)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        missing = [line.split(maxsplit=1)[1] for line in done.stdout.splitlines() if line.startswith("missing ")]
        self.assertEqual(len(missing), 2)
        self.assertRegex(missing[0], r'^videos: .*/bin/dpt-video is not there; "make" builds it')
        self.assertRegex(missing[1], r"^downloads of models: .*/bin/dpt-pull does not start, most likely for a library")
        self.assertRegex(done.stdout, r"(?m)^videos       no$")
        facts = json.loads(subprocess.run([alone, "doctor", "--json"], env=environment(), capture_output=True).stdout)
        self.assertEqual((facts["video"], facts["downloads"], facts["problems"]), (False, False, missing))

    def test_help_is_the_same_in_every_way_of_asking(self):
        for command in ("", *COMMANDS, *NESTED):
            with self.subTest(command):
                words = command.split()
                text = self.dpt("help", *words).stdout
                self.assertEqual(self.dpt(*words, "--help").stdout, text)
                self.assertEqual(self.dpt(*words, "-h").stdout, text)
        self.fails(2, "dpt has no command dept; did you mean depth? (dpt --help)", "help", "dept")
        self.fails(2, "dpt models has no command lst; did you mean list? (dpt models --help)", "help", "models", "lst")

    def test_help_is_wrapped(self):
        for columns, widest in ((None, 80), ("60", 60), ("132", 132), ("nonsense", 80), ("1", 40)):
            for command in ((), ("depth",), ("eval", "depth"), ("video",)):
                done = self.dpt(*command, "--help", variables={"COLUMNS": columns} if columns else {})
                options = done.stdout.decode().split("Examples:")[0].splitlines()
                for line in options:
                    if not re.fullmatch(r" *\S+( \S+)?|  .*\[.*\]", line):  # a word may be longer
                        self.assertLessEqual(len(line), widest, (command, line))
                if widest > 40 and command == ("depth",):
                    self.assertGreater(max(map(len, options)), widest - 12)

    def test_help_is_as_wide_as_the_terminal(self):
        main, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
        process = subprocess.Popen([DPT, "help", "depth"], stdout=terminal, env=environment())
        os.close(terminal)
        text = b""
        while True:
            try:
                text += os.read(main, 65536)
            except OSError:  # the other end is closed
                break
        os.close(main)
        self.assertEqual(process.wait(), 0)
        options = text.decode().split("Examples:")[0].splitlines()
        self.assertGreater(max(map(len, options)), 60)
        self.assertLessEqual(max(map(len, options)), 70)

    def test_groups(self):
        text = self.dpt("depth", "--help").stdout.decode()
        groups = re.findall(r"^(\w[^:\n]*):$", text, re.MULTILINE)
        self.assertEqual(groups[:4], ["Input", "Output", "Model", "Views"])
        self.assertEqual(groups[-4:], ["Many pictures", "Performance", "Options", "Examples"])
        rest = text.split("\nOptions:\n")[1].split("\n\n")[0]
        self.assertEqual(rest, "  -h, --help                print this and exit")
        for command in ("segment", "video"):
            rest = self.dpt(command, "--help").stdout.decode().split("\nOptions:\n")[1].split("\n\n")[0]
            self.assertEqual(rest.count("\n"), 0, rest)

    def test_version(self):
        text = self.dpt("--version").stdout
        self.assertEqual(self.dpt("-V").stdout, text)
        self.assertEqual(self.dpt("version").stdout, text)

    def test_a_file_instead_of_a_command(self):
        self.picture("my photo.jpg")
        for name in ("clip.MKV", "weights.pt", "notes.txt"):
            (self.folder / name).write_bytes(b"x")
        for name in ("photos", "hf", "depth"):
            (self.folder / name).mkdir()
        (self.folder / "hf/config.json").touch()
        for text, *arguments in (
            ("'my photo.jpg' is no command; did you mean dpt depth 'my photo.jpg', or dpt segment? (dpt --help)",
             "my photo.jpg"),
            ("did you mean dpt depth 'my photo.jpg' ..., or dpt segment?", "my photo.jpg", "-o", "x.png"),
            ("did you mean dpt video clip.MKV? (dpt --help)", "clip.MKV"),
            ("did you mean dpt info weights.pt?", "weights.pt"),
            ("did you mean dpt depth photos, or", "photos"),
            ("did you mean dpt info hf?", "hf"),
            ("unknown command notes.txt (dpt --help)", "notes.txt"),
            ("unknown command missing.jpg (dpt --help)", "missing.jpg"),
            ("INPUT is required (dpt depth --help)", "depth"),
        ):  # fmt: skip
            with self.subTest(arguments=arguments):
                self.fails(2, text, *arguments)

    def complete(self, *words):
        """What bash would offer for the last word."""
        script = self.dpt("completion", "bash").stdout.decode()
        quoted = " ".join(f"'{word}'" for word in (DPT, *words))
        script += f"""
            compopt() {{ :; }}  # works only while a line is edited
            COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _dpt '{DPT}'; printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, check=True, env=environment(), cwd=self.folder
        )
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().splitlines() if done.stdout != b"\n" else []

    def test_bash_completion(self):
        self.assertEqual(self.complete("de"), ["depth"])
        self.assertEqual(self.complete(""), COMMANDS)
        self.assertIn("--colormap", self.complete("depth", "--co"))
        self.assertEqual(self.complete("depth", "--colormap", "spec"), ["spectral_r"])
        self.assertEqual(self.complete("depth", "--colormap", "=", "spec"), ["spectral_r"])
        self.assertEqual(self.complete("video", "--view", "st"), ["stack"])
        self.assertEqual(self.complete("models", "sh"), ["show"])
        self.assertEqual(self.complete("models", "pull", "--he"), ["--help"])
        self.assertIn("--manifest", self.complete("depth", "--"))
        self.assertIn("--json", self.complete("eval", "depth", "--"))
        self.assertEqual(sorted(self.complete("eval", "")), ["depth", "merge", "segment"])
        self.assertEqual(self.complete("eval", "depth", "ny"), ["nyu"])
        self.assertEqual(self.complete("help", "vid"), ["video"])
        self.assertEqual(self.complete("nonsense", ""), [])

    def test_bash_completes_files_by_kind(self):
        for name in ("a photo.JPG", "a.png", "a.txt", "a.mp4", "a.csv"):
            (self.folder / name).touch()
        (self.folder / "a folder").mkdir()
        self.assertEqual(sorted(self.complete("depth", "a")), ["a folder", "a photo.JPG", "a.png"])
        self.assertEqual(sorted(self.complete("video", "a.m")), ["a.mp4"])
        self.assertEqual(self.complete("depth", "a.t"), [])  # none of that kind: as readline does it

    def test_completion_offers_only_models_that_run(self):
        (self.folder / "starter weights.pt").touch()
        starters = ["starter-depth", "starter-segmentation"]
        cases = (("depth", "-m"), ("eval", "segment", "--model"), ("info",), ("compare",), ("convert",))
        for words in cases:
            with self.subTest(words):
                self.assertEqual(self.complete(*words, "starter"), [*starters, "starter weights.pt"])
                self.assertEqual(self.complete(*words, "dpt_"), [])  # known, and not here
        self.assertEqual(self.complete("models", "path", "starter"), starters)
        registry = json.loads((ROOT / "models/registry.json").read_text())["models"]
        families = {model["name"]: model["architecture"] for model in registry}
        self.assertEqual(self.complete("models", "show", ""), list(families))
        pulled = self.complete("models", "pull", "")
        self.assertEqual({families[name] for name in pulled}, {"dpt"})
        self.assertIn("dpt_hybrid-midas", pulled)
        self.assertNotIn("starter-depth", pulled)

    def test_bash_in_a_real_terminal(self):
        """Quoting and spaces as readline does them."""
        (self.folder / "my photo.jpg").touch()
        (self.folder / "my notes.txt").touch()
        setup = f"bind 'set bell-style none'; PS1='> '; {self.dpt('completion', 'bash').stdout.decode()}"
        (self.folder / "setup.sh").write_text(setup)
        shown = self.typed(
            ["bash", "--noprofile", "--rcfile", "setup.sh", "-i"],
            ["dpt dep\t", "my\t", "--view=ov\t"],
        )
        self.assertIn("dpt depth my\\ photo.jpg --view=overlay", shown)

    def test_zsh_in_a_real_terminal(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")
        (self.folder / "my photo.jpg").touch()
        (self.folder / "my notes.txt").touch()
        (self.folder / "functions").mkdir()
        (self.folder / "functions/_dpt").write_bytes(self.dpt("completion", "zsh").stdout)
        (self.folder / ".zshrc").write_text(
            "PS1='> '; unsetopt beep zle_bracketed_paste; fpath=($PWD/functions $fpath)\n"
            "autoload -U compinit; compinit -u -D\n"
        )
        shown = self.typed(["zsh", "-i"], ["dpt dep\t", "my\t", "--view=ov\t"], {"ZDOTDIR": str(self.folder)})
        self.assertIn("dpt depth my\\ photo.jpg --view=overlay", shown)

    def typed(self, shell, keys, variables=None):
        """What an interactive shell shows when KEYS are typed, each after the one before was answered."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            path = f"{os.path.dirname(DPT)}:{os.environ['PATH']}"
            os.execvpe(shell[0], shell, {**environment(), "PATH": path, "TERM": "dumb", **(variables or {})})
        shown = b""
        try:
            for key in ("", *keys):
                os.write(terminal, key.encode())
                end = time.monotonic() + 20
                quiet = 0.0
                before = len(shown)
                while time.monotonic() < end and (quiet < 1.5 or len(shown) <= before + len(key) - 1):
                    if select.select([terminal], [], [], 0.25)[0]:
                        shown += os.read(terminal, 65536)
                        quiet = 0.0
                    else:
                        quiet += 0.25
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)
        # Backspaces and carriage returns as a terminal obeys them.
        line = []
        for char in shown.decode(errors="replace"):
            if char == "\b":
                line[-1:] = []
            elif char != "\r":
                line.append(char)
        return "".join(line)

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        for name in ("my photo.jpg", "my notes.txt"):
            (self.folder / name).touch()
        (self.folder / "dpt.fish").write_bytes(self.dpt("completion", "fish").stdout)
        path = f"{os.path.dirname(DPT)}:{os.environ['PATH']}"

        def offered(line):
            command = f"source dpt.fish; complete -C {shlex.quote(line)}"
            done = subprocess.run(
                ["fish", "--no-config", "-c", command], cwd=self.folder, check=True, capture_output=True,
                env={**environment(), "PATH": path, "HOME": str(self.folder)},
            )  # fmt: skip
            self.assertEqual(done.stderr, b"")
            return [entry.split("\t")[0] for entry in done.stdout.decode().splitlines()]

        self.assertEqual(offered("dpt dep"), ["depth"])
        self.assertEqual(offered("dpt depth my"), ["my photo.jpg"])
        self.assertEqual(offered("dpt depth --view ov"), ["overlay"])
        self.assertEqual(offered("dpt depth --view=ov"), ["--view=overlay"])
        self.assertIn("--manifest", offered("dpt depth --ma"))
        self.assertEqual(offered("dpt depth -m starter"), ["starter-depth", "starter-segmentation"])

    def test_scripts_parse(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                if not shutil.which(shell):
                    self.skipTest(f"{shell} is not installed")
                subprocess.run([shell, "-n"], input=self.dpt("completion", shell).stdout, check=True)
        self.fails(2, "SHELL: tcsh not in {bash,zsh,fish}", "completion", "tcsh")

    def pages(self):
        (self.folder / "man").mkdir()
        self.dpt("man", "-o", "man")
        return {path.name: path.read_text() for path in (self.folder / "man").iterdir()}

    def test_manual_pages(self):
        pages = self.pages()
        self.assertEqual(
            sorted(pages), sorted(["dpt.1", *(f"dpt-{name.replace(' ', '-')}.1" for name in COMMANDS + NESTED)])
        )
        for command in ("", *COMMANDS, *NESTED):
            words = command.split()
            page = pages["-".join(["dpt", *words]) + ".1"]
            self.assertEqual(self.dpt("man", *words).stdout.decode(), page)
            self.assertTrue(page.startswith(".TH " + "\\-".join(["DPT", *words]).upper() + " 1 "))
            shown = page.replace("\\-", "-")
            for option in re.findall(r"--[a-z][a-z-]+", self.dpt(*words, "--help").stdout.decode()):
                self.assertIn(option, shown)
            for section in ("NAME", "SYNOPSIS", "OPTIONS", "EXIT CODES", "ENVIRONMENT", "SEE ALSO"):
                self.assertIn(f".SH {section}\n", page)
            for line in page.splitlines():
                if line.startswith("."):
                    self.assertRegex(line, r"^\.(TH|SH|SS|TP|PP|nf|fi)\b")
            for other in re.findall(r"\\fB(dpt[^ ]*?)\\fR\(1\)", page):
                self.assertIn(other.replace("\\-", "-") + ".1", list(pages))
        self.fails(2, "dpt has no command dept; did you mean depth?", "man", "dept")
        self.fails(1, "no/such", "man", "-o", "no/such")

    def test_man_has_no_complaint(self):
        if not shutil.which("man"):
            self.skipTest("man is not installed")
        pages = self.pages()
        for name in pages:
            done = subprocess.run(
                ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(self.folder / "man" / name)],
                capture_output=True, env={**environment(), "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
            )  # fmt: skip
            if b"not found" in done.stderr or done.returncode == 127:
                self.skipTest("groff is not installed")
            self.assertEqual((done.returncode, done.stderr), (0, b""), name)

    def test_mandoc_has_no_complaint(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        pages = self.pages()
        for name in pages:
            command = ["mandoc", "-T", "lint", "-W", "warning", str(self.folder / "man" / name)]
            done = subprocess.run(command, capture_output=True, text=True)
            wrong = [line for line in done.stdout.splitlines() if "missing date" not in line]
            self.assertEqual(wrong, [], name)


if __name__ == "__main__":
    unittest.main()
