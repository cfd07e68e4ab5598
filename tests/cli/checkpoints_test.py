"""Checkpoints as training programs save them, written by PyTorch: the depth of the weights themselves."""

import argparse
import collections
import datetime
import json
import pathlib
import sys
import types
import unittest

import numpy as np
from support import TINY, CliTest, read_safetensors

SKIPPED = 77  # CTest's SKIP_RETURN_CODE
try:
    import torch
except ImportError as error:
    print(f"skipped: {error} (apt-get install python3-torch)")
    sys.exit(SKIPPED)

OFFICIAL = TINY / "vit-depth" / "official.pt"
BACKBONE = "pretrained.model.cls_token"


def prefixed(prefix, state):
    return {prefix + name: value for name, value in state.items()}


def optimizer_state():
    layer = torch.nn.Linear(3, 3)
    optimizer = torch.optim.AdamW(layer.parameters())
    layer(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return optimizer.state_dict()


def wrapped(s):
    """{name: (what is saved, what dpt info says was unwrapped)}"""
    o = optimizer_state()
    key = "dictionary {}".format
    before = '"{}" before names'.format
    lightning = {
        "epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.0.0", "loops": {}, "lr_schedulers": [],
        "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.5), "dirpath": "x"}},
        "optimizer_states": [o], "hparams_name": "kwargs", "hyper_parameters": {"lr": 1e-4, "name": "dpt"},
    }  # fmt: skip
    scheduler = torch.optim.lr_scheduler.MultiStepLR(torch.optim.SGD([torch.ones(1)], 0.1), [2, 5, 5])
    plain = {
        "counter": collections.Counter("aab"), "default": collections.defaultdict(list, {"a": [1]}),
        "deque": collections.deque([1, 2], 3), "device": torch.device("cpu"), "type": torch.float32,
        "size": torch.Size([1, 2]), "args": argparse.Namespace(lr=1, names=["a"]), "more": types.SimpleNamespace(a=1),
        "scalar": np.float64(0.3), "scalar32": np.float32(0.3), "number": np.int64(7), "truth": np.bool_(True),
        "array": np.zeros((2, 3)), "words": np.array(["a", "b"]), "objects": np.array([1, "x"], dtype=object),
        "random": np.random.get_state(), "torch random": torch.get_rng_state(), "path": pathlib.PurePosixPath("/a/b"),
        "here": pathlib.Path("x"), "date": datetime.datetime(2024, 1, 2), "span": datetime.timedelta(1), "set": {1, 2},
        "frozen": frozenset((1, 2)), "bytes": b"abc", "bytearray": bytearray(b"abc"), "complex": 1 + 2j,
        "range": range(3), "slice": slice(1, 2), "large": 1 << 100, "nothing": None, "version": torch.__version__,
        "scheduler": scheduler.state_dict(), "long": "x" * 300, "nested": {"a": {"b": [({},)]}},
    }  # fmt: skip
    forms = {f"beside {name}": ({name: value, "state_dict": s}, [key('"state_dict"')]) for name, value in plain.items()}
    forms |= {
        "all": ({**plain, "state_dict": s}, [key('"state_dict"')]),
        "ordered": (collections.OrderedDict(s), []),
        "parameters": ({k: torch.nn.Parameter(v) for k, v in s.items()}, []),
        "model and optimizer": ({"model": s, "optimizer": o, "epoch": 3}, [key('"model"')]),
        "state_dict and optimizer": ({"state_dict": s, "optimizer": o, "best": 0.5}, [key('"state_dict"')]),
        "model_state_dict": ({"model_state_dict": s, "optimizer_state_dict": o}, [key('"model_state_dict"')]),
        "model_state_dict and optimizer": ({"model_state_dict": s, "optimizer": o}, [key('"model_state_dict"')]),
        "net": ({"net": s, "epoch": 3}, [key('"net"')]),
        "ema alone": ({"params_ema": s}, [key('"params_ema"')]),
        "nested": (
            {"checkpoint": {"model": prefixed("module.", s)}}, [key('"model" in "checkpoint"'), before("module.")],
        ),
        "lightning": ({**lightning, "state_dict": prefixed("model.", s)}, [key('"state_dict"'), before("model.")]),
        "lightning net": ({**lightning, "state_dict": prefixed("net.", s)}, [key('"state_dict"'), before("net.")]),
        "mixed": ({**s, "step": torch.tensor(5), "note": "hello", "lr": 1e-3}, []),
        "unused": ({**s, "pretrained.model.fc_norm.weight": torch.zeros(64)}, []),
    }  # fmt: skip
    for prefix in ("module.", "_orig_mod.", "module._orig_mod.", "module.module.", "model.", "net.", "a.module.b."):
        forms["prefix " + prefix] = (prefixed(prefix, s), [before(prefix)])
    compiled = {k.replace("pretrained.", "pretrained._orig_mod.", 1): v for k, v in s.items()}
    forms["part compiled"] = (compiled, ["parts of names, as in " + next(iter(sorted(compiled)))])
    return forms


def laid_out(s):
    """The same values in other memory."""
    together = torch.cat([v.flatten() for v in s.values()])
    shared, at = {}, 0
    for name, value in s.items():
        shared[name] = together[at : at + value.numel()].view(value.shape)
        at += value.numel()
    strided = {}
    for name, value in s.items():
        if value.dim() == 4:
            value = value.contiguous(memory_format=torch.channels_last)
        strided[name] = value.t().contiguous().t() if value.dim() == 2 else value
    return {"shared": shared, "strided": strided, "offset": {k: torch.stack([v, v])[1] for k, v in s.items()}}


class Checkpoints(CliTest):
    def setUp(self):
        super().setUp()
        self.picture("a.png")
        self.state = dict(torch.load(OFFICIAL))
        self.expected = self.depth(OFFICIAL)

    def depth(self, model, notes=b""):
        done = self.dpt("depth", "a.png", "-m", model, "--input-size", "96", "-o", "d.npy")
        self.assertEqual(done.stderr, notes)
        return np.load(self.folder / "d.npy")

    def info(self, model):
        return json.loads(self.dpt("info", model, "--json").stdout)

    def test_wrappers_and_what_lies_beside(self):
        for name, (saved, unwrapped) in wrapped(self.state).items():
            for options in ({}, {"_use_new_zipfile_serialization": False}, {"pickle_protocol": 4}):
                with self.subTest(name=name, **options):
                    torch.save(saved, self.folder / "m.pt", **options)
                    np.testing.assert_array_equal(self.depth("m.pt"), self.expected)
                    if not options:
                        self.assertEqual(self.info("m.pt")["unwrapped"], unwrapped)
        self.assertIn(b'unwrapped              dictionary "model"', self.said_by_info({"model": self.state}))

    def said_by_info(self, saved):
        torch.save(saved, self.folder / "m.pt")
        return self.dpt("info", "m.pt").stdout

    def test_memory_of_tensors(self):
        for name, state in laid_out(self.state).items():
            for legacy in (False, True):
                with self.subTest(name=name, legacy=legacy):
                    torch.save({"state_dict": state}, self.folder / "m.pt", _use_new_zipfile_serialization=not legacy)
                    np.testing.assert_array_equal(self.depth("m.pt"), self.expected)

    def test_half_precision(self):
        for kind in (torch.float16, torch.bfloat16):
            rounded = {k: v.to(kind) for k, v in self.state.items()}
            torch.save({k: v.float() for k, v in rounded.items()}, self.folder / "m.pt")
            expected = self.depth("m.pt")
            torch.save({"model": prefixed("module.", rounded), "optimizer": {}}, self.folder / "m.pt")
            np.testing.assert_allclose(self.depth("m.pt"), expected, rtol=1e-5, atol=1e-5)

    def test_averaged_weights_are_taken_with_a_note(self):
        other = {k: v * 0.9 for k, v in self.state.items()}
        for last, average in (("model", "ema"), ("state_dict", "state_dict_ema")):
            torch.save({last: other, average: self.state, "optimizer": {}}, self.folder / "m.pt")
            note = f'm.pt: using the averaged weights under "{average}", not those under "{last}"'
            np.testing.assert_array_equal(self.depth("m.pt", f"dpt: {note}\n".encode()), self.expected)
            self.assertEqual(self.info("m.pt")["chosen"], [note])
        torch.save({"student": other, "teacher": self.state}, self.folder / "m.pt")
        text = 'm.pt: holds several models, under "student" and under "teacher"'
        self.fails(3, text, "depth", "a.png", "-m", "m.pt")
        self.fails(3, text, "info", "m.pt")

    def test_shards_of_a_folder(self):
        theirs = TINY / "vit-depth"
        expected = self.depth(theirs)
        tensors = {k: torch.from_numpy(v.copy()) for k, v in read_safetensors(theirs / "model.safetensors").items()}
        folder = self.folder / "m"
        folder.mkdir()
        for name in ("config.json", "preprocessor_config.json"):
            (folder / name).write_bytes((theirs / name).read_bytes())
        names = sorted(tensors)
        index = {}
        for i, part in enumerate((names[::2], names[1::2])):
            file = f"pytorch_model-0000{i + 1}-of-00002.bin"
            torch.save({name: tensors[name] for name in part}, folder / file)
            index |= dict.fromkeys(part, file)
        (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
        np.testing.assert_array_equal(self.depth("m"), expected)
        np.testing.assert_array_equal(self.depth("m/pytorch_model.bin.index.json"), expected)
        facts = self.info("m")
        self.assertEqual(len(facts["files"]), 2)
        self.dpt("info", "m", "--verify")
        (folder / "pytorch_model-00002-of-00002.bin").unlink()
        self.fails(3, "names the file pytorch_model-00002-of-00002.bin for", "depth", "a.png", "-m", "m")

    def test_whole_modules_and_programs_are_refused(self):
        class Net(torch.nn.Module):
            pass

        globals()["Net"], Net.__qualname__ = Net, "Net"
        torch.save({"model": Net(), "state_dict": self.state}, self.folder / "m.pt")
        self.fails(3, "asks for __main__.Net; only tensors and plain data are read, and nothing", "info", "m.pt")
        torch.jit.trace(torch.nn.Linear(3, 3), torch.ones(1, 3)).save(str(self.folder / "m.pt"))
        self.fails(3, "is a TorchScript archive, which holds a program", "info", "m.pt")


if __name__ == "__main__":
    unittest.main()
