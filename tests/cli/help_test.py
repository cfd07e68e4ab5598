"""What the program says about itself: doctor, completion, the manual page."""

import json
import re
import shutil
import subprocess
import unittest

from support import DPT, CliTest, environment

COMMANDS = [
    "depth", "segment", "video", "compare", "eval", "info", "bench", "models", "convert", "doctor", "completion", "man",
]  # fmt: skip


class Help(CliTest):
    def test_doctor(self):
        facts = json.loads(self.dpt("doctor", "--json").stdout)
        self.assertEqual(facts["problems"], [])
        self.assertIn("starter-depth", facts["models"])
        self.assertGreaterEqual(facts["cores"], 1)
        self.assertEqual(facts["precisions"]["fp32"], "fp32")
        self.assertTrue(facts["video"])
        text = self.dpt("doctor").stdout.decode()
        self.assertIn(f"instruction_set  {facts['instruction_set']}\n", text)
        empty = self.folder / "empty"
        empty.mkdir()
        text = self.dpt("doctor", code=1, variables={"DPT_MODELS": str(empty), "DPT_THREADS": "3"}).stdout.decode()
        self.assertRegex(text, r"problem +.*registry.json")
        self.assertIn("DPT_THREADS 3", text)

    def complete(self, *words):
        """What bash would offer for the last word."""
        script = self.dpt("completion", "bash").stdout.decode()
        quoted = " ".join(f"'{word}'" for word in (DPT, *words))
        script += f'\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _dpt; echo "${{COMPREPLY[@]}}"\n'
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, check=True, env=environment(), cwd=self.folder
        )
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split()

    def test_bash_completion(self):
        self.assertEqual(self.complete("de"), ["depth"])
        self.assertEqual(sorted(self.complete("")), sorted([*COMMANDS, "--help", "--version"]))
        self.assertIn("--colormap", self.complete("depth", "--co"))
        self.assertEqual(self.complete("depth", "--colormap", "spec"), ["spectral_r"])
        self.assertEqual(self.complete("video", "--view", "st"), ["stack"])
        self.assertEqual(self.complete("models", "sh"), ["show"])
        self.assertEqual(self.complete("depth", "photo"), [])  # files
        self.assertEqual(self.complete("models", "pull", "--he"), ["--help"])
        self.assertIn("--manifest", self.complete("depth", "--"))
        self.assertIn("--json", self.complete("eval", "depth", "--"))
        self.assertEqual(sorted(self.complete("eval", "")), ["depth", "merge", "segment"])
        (self.folder / "starter weights.pt").touch()
        starters = ["starter-depth", "starter-segmentation"]
        for words in (("depth", "-m"), ("eval", "segment", "--model"), ("models", "show"), ("info",), ("compare",)):
            self.assertEqual(self.complete(*words, "starter")[:2], starters)
            self.assertEqual(self.complete(*words, "starter")[2:], ["starter", "weights.pt"])

    def test_other_shells(self):
        for shell in ("zsh", "fish"):
            script = self.dpt("completion", shell).stdout.decode()
            for command in COMMANDS:
                self.assertIn(command, script)
            self.assertIn("spectral_r", script)
            with self.subTest(shell):
                if not shutil.which(shell):
                    self.skipTest(f"{shell} is not installed")
                subprocess.run([shell, "-n"], input=script.encode(), check=True)
        self.fails(2, "SHELL: tcsh not in {bash,zsh,fish}", "completion", "tcsh")

    def test_manual_page_has_every_option(self):
        page = self.dpt("man").stdout.decode()
        self.assertTrue(page.startswith(".TH DPT 1 "))
        shown = page.replace("\\-", "-")
        for command in COMMANDS:
            self.assertIn(f".SS dpt {command}\n", shown)
            options = re.findall(r"--[a-z][a-z-]+", self.dpt(command, "--help").stdout.decode())
            for option in options:
                self.assertIn(option, shown)
        for line in page.splitlines():
            if line.startswith("."):
                self.assertRegex(line, r"^\.(TH|SH|SS|TP|PP|nf|fi|B|I)\b")


if __name__ == "__main__":
    unittest.main()
