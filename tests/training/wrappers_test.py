"""Weights in what other training programs save."""

import argparse
import collections
import json
import pathlib
import unittest

import numpy as np
from support import TINY, TrainingTest, torch

from dpt_training import safetensors
from dpt_training.errors import TrainingError
from dpt_training.loading import read_weights

MODEL = TINY / "vit-depth"


class Net(torch.nn.Module):
    pass


class Wrappers(TrainingTest):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "m.pt"
        self.state = dict(torch.load(MODEL / "official.pt"))

    def read(self, saved, averaged=True, **options):
        torch.save(saved, self.path, **options)
        return read_weights(self.path, averaged).tensors

    def refused(self, saved):
        with self.assertRaises(TrainingError) as caught:
            self.read(saved)
        return str(caught.exception)

    def same(self, found, state=None):
        state = state or self.state
        self.assertEqual(found.keys(), state.keys())
        for name, value in state.items():
            self.assertTrue(torch.equal(found[name].float(), value.float()), name)

    def prefixed(self, prefix, state=None):
        return {prefix + name: value for name, value in (state or self.state).items()}

    def test_dictionaries_and_prefixes(self):
        s, opened = self.state, {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": []}
        forms = [
            s, collections.OrderedDict(s), {"model": s, "optimizer": opened}, {"state_dict": s, "optimizer": opened},
            {"model_state_dict": s}, {"checkpoint": {"model": s}}, {"net": s}, {"ema": s},
            {**s, "step": torch.ones(())},
            {"state_dict": {**self.prefixed("model."), "loss.weight": torch.ones(3)}}, {"model": s, "state_dict": s},
            {"state_dict": {name.replace("pretrained.", "pretrained._orig_mod.", 1): v for name, v in s.items()}},
        ]  # fmt: skip
        forms += [self.prefixed(prefix) for prefix in ("module.", "_orig_mod.", "module._orig_mod.", "a.module.b.")]
        for saved in forms:
            for new in (True, False):
                with self.subTest(keys=list(saved)[:2], new=new):
                    self.same(self.read(saved, _use_new_zipfile_serialization=new))

    def test_plain_data_beside(self):
        beside = {
            "counter": collections.Counter("aab"), "args": argparse.Namespace(lr=1), "scalar": np.float64(0.3),
            "array": np.zeros(3), "device": torch.device("cpu"), "type": torch.float32, "path": pathlib.Path("x"),
            "default": collections.defaultdict(list, {"a": [1]}), "deque": collections.deque([1]), "set": {1, 2},
            "size": torch.Size([1]), "range": range(3), "bytes": b"abc", "parameter": torch.nn.Parameter(torch.ones(2)),
        }  # fmt: skip
        for protocol in (2, 4):
            self.same(self.read({**beside, "state_dict": self.state}, pickle_protocol=protocol))

    def test_two_models(self):
        other = {name: value * 2 for name, value in self.state.items()}
        self.same(self.read({"model": other, "ema": self.state}))
        self.same(self.read({"model": other, "ema": self.state}, averaged=False), other)
        both = {**self.prefixed("model.", other), **self.prefixed("ema_model.")}
        self.same(self.read({"state_dict": both}))
        text = self.refused({"student": other, "teacher": self.state})
        self.assertIn('holds several models, under "student" and under "teacher"', text)

    def test_what_would_run_is_refused(self):
        text = self.refused({"a": Net(), "model": self.state})
        self.assertIn("asks for __main__.Net; only tensors and plain data", text)

        class Hostile:
            def __reduce__(self):
                return print, ("run",)

        self.assertIn("asks for builtins.print", self.refused({"a": Hostile(), "model": self.state}))

    def test_shards(self):
        folder = self.folder / "m"
        folder.mkdir()
        (folder / "config.json").write_bytes((MODEL / "config.json").read_bytes())
        tensors = safetensors.read(MODEL / "model.safetensors")
        expected = read_weights(MODEL).tensors
        index = {}
        for i in (0, 1):
            part = {name: tensors[name] for name in sorted(tensors)[i::2]}
            torch.save(part, folder / f"part{i}.bin")
            index |= dict.fromkeys(part, f"part{i}.bin")
        path = folder / "pytorch_model.bin.index.json"
        path.write_text(json.dumps({"weight_map": index}))
        self.same(read_weights(folder).tensors, expected)
        for bad in ("../part0.bin", "none.bin", 3):
            path.write_text(json.dumps({"weight_map": {**index, "x": bad}}))
            with self.assertRaisesRegex(TrainingError, "is no file of this folder"):
                read_weights(folder)
        torch.save({name: tensors[name] for name in sorted(tensors)[:3]}, folder / "part1.bin")
        path.write_text(json.dumps({"weight_map": index}))
        with self.assertRaisesRegex(TrainingError, "is in another file of the folder"):
            read_weights(folder)


if __name__ == "__main__":
    unittest.main()
