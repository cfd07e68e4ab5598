"""The command line as a user meets it: every refusal, schedules, files of a run, fine-tuning of other tasks."""

import argparse
import contextlib
import csv
import dataclasses
import io
import json
import sys
import unittest

from support import TINY, TrainingTest, np, torch, write_scenes

from dpt_training import card, checkpoint, safetensors, schedules
from dpt_training.cli import main
from dpt_training.cli.finetune import changed, parse_metric
from dpt_training.cli.train import whitening_pictures
from dpt_training.data import Mixture, parse_part
from dpt_training.data.mixture import collate
from dpt_training.data.sample import Sample
from dpt_training.errors import TrainingError
from dpt_training.hf_folder import label_names, write_folder
from dpt_training.loading import open_model, read_weights
from dpt_training.losses import Objective, Weights
from dpt_training.metric_fit import fit_metric
from dpt_training.models import PRESETS, Dpt, DptConfig, Metric, initialise
from dpt_training.models.config import TASKS
from dpt_training.optim import WEIGHT_DECAY, OptimConfig, Optimisers
from dpt_training.train import SKIPPED_IN_A_ROW, TrainConfig, Trainer

DEPTH = TINY / "vit-depth"


class Commands(TrainingTest):
    def call(self, *arguments):
        """Runs a command in this process -> exit code, standard output, standard error."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([str(a) for a in arguments])
            except SystemExit as end:
                code = end.code
        return code, out.getvalue(), err.getvalue()

    def finetune(self, *arguments, weights=DEPTH, **changes):
        defaults = {"data": f"scenes:{write_scenes(self.folder)}", "steps": 2, "batch": 2, "sizes": "64x32"}
        options = {**defaults, "output": self.folder / "run", **changes}
        given = [x for name, value in options.items() if value is not None for x in (f"--{name}", value)]
        return self.call("finetune", weights, *given, *arguments)

    def fails(self, text, result, code=1):
        self.assertEqual(result[0], code, result)
        self.assertIn(text, result[2])
        if code == 1:
            for line in result[2].splitlines():
                self.assertTrue(line.startswith("dpt_training: "), line)

    def test_help(self):
        for command in ("train", "finetune", "eval", "export"):
            code, out, _ = self.call(command, "--help")
            self.assertEqual(code, 0)
            self.assertIn("examples:", out)
        self.fails("required: COMMAND", self.call(), 2)

    def test_a_run_leaves_its_files(self):
        code, out, err = self.finetune("--log-every", 1, "--pictures-every", 2, task="joint", classes=7)
        self.assertEqual(code, 0, err)
        self.assertIn("tensors begin at random: scratch.segmentation_conv", err)
        folder = self.folder / "run"
        with open(folder / "log.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([r["step"] for r in rows], ["1", "2"])
        for column in ("ssi", "anchor", "gradient", "labels", "loss", "norm", "lr", "pictures_per_second", "skipped"):
            self.assertTrue(np.isfinite(float(rows[0][column])), column)
        self.assertTrue((folder / "samples/step-2.png").exists())
        settings = json.loads((folder / "settings.json").read_text())
        self.assertEqual((settings["steps"], settings["model"]["tasks"]), (2, ["depth", "segmentation"]))
        code, out, err = self.call("eval", folder, "--data", f"scenes:{self.folder}/*.scenes", "--limit", 3,
                                   "--side", 64, "--json", self.folder / "figures.json")  # fmt: skip
        self.assertEqual(code, 0, err)
        figures = next(iter(json.loads((self.folder / "figures.json").read_text()).values()))
        self.assertEqual(set(figures), {"model", "constant", "vertical_gradient", "labels"})
        facts = self.folder / "facts.json"
        facts.write_text(json.dumps({
            "title": "Tiny", "data": ["made-up boxes"], "licence": "MIT", "hours": 0.1, "notes": ["knows nothing"],
            "metrics": {"boxes": figures},
        }))  # fmt: skip
        code, out, err = self.call("export", folder, "-o", self.folder / "tiny", "--card", facts)
        self.assertEqual(code, 0, err)
        for task in TASKS["joint"]:
            exported = self.folder / f"tiny-{task}"
            self.assertEqual(open_model(exported).config.tasks, (task,))
            text = (exported / "README.md").read_text()
            for expected in ("# Tiny", "- made-up boxes", "0.1 hours. Licence: MIT.", "| vertical gradient |", "knows"):
                self.assertIn(expected, text)
        self.put_together_again(folder)
        self.fails("holds checkpoints of another run; --resume", self.finetune(task="joint", classes=7))
        self.fails("belongs to another network", self.finetune("--resume", task="depth"))
        self.fails("with another optimiser", self.finetune("--resume", task="joint", classes=7, optimiser="muon"))

    def put_together_again(self, run):
        """The two exports of a joint run, as one network to go on with: the run's own."""
        code, _, err = self.finetune(
            "--labels-from", self.folder / "tiny-segmentation", "--ema", 0,
            weights=self.folder / "tiny-depth", output=self.folder / "again", steps=1, lr=1e-30,
        )  # fmt: skip
        self.assertEqual(code, 0, err)
        self.assertNotIn("begin at random", err)
        expected, found = open_model(run), open_model(self.folder / "again")
        self.assertEqual(found.config, expected.config)
        for name, value in expected.state_dict().items():
            if "running_" not in name and "num_batches" not in name:  # which the step itself moves
                torch.testing.assert_close(found.state_dict()[name], value, rtol=2**-11, atol=2**-24)  # fp16
        depth, segmentation = self.folder / "tiny-depth", self.folder / "tiny-segmentation"
        for first, second in ((depth, depth), (segmentation, segmentation)):
            self.fails("expected a segmentation model", self.finetune("--labels-from", second, weights=first))

    def test_a_frozen_encoder_stays(self):
        code, _, err = self.finetune("--freeze", "encoder", "--ema", 0, lr=0.01, steps=3)
        self.assertEqual(code, 0, err)
        before = read_weights(DEPTH).tensors
        after = open_model(self.folder / "run").state_dict()
        moved = {k for k, v in after.items() if not torch.equal(v, before[k])}
        self.assertTrue(moved)
        self.assertFalse([k for k in moved if k.startswith("pretrained.model.")])

    def test_metric_depth_is_learned_in_metres(self):
        code, _, err = self.finetune(
            "--metric",
            "0.05,0.05",
            "--depth-loss",
            "silog",
            "--encoder-factor",
            1,
            "--gradient-weight",
            0,
            "--log-every",
            10,
            lr=0.003,
            steps=100,
            batch=4,
            sizes="64x64",
            optimiser="adam",
        )
        self.assertEqual(code, 0, err)
        with open(self.folder / "run/log.csv", encoding="utf-8") as file:
            losses = [float(r["silog"]) for r in csv.DictReader(file)]
        self.assertLess(losses[-1], 0.6 * losses[0])
        code, out, err = self.call(
            "eval", self.folder / "run", "--data", f"scenes:{self.folder}/*.scenes", "--side", 64
        )
        self.assertEqual((code, out.count("model"), out.count("constant")), (0, 1, 0))

    def test_metric_constants_come_from_the_data(self):
        class Known(torch.nn.Module):
            """Gives inverse depth as (1/z - 0.2) / 0.5."""

            def predict_depth(self, image):
                return (truth[len(seen) - 1].disparity - 0.2) / 0.5

        class Pictures:
            def sample(self, step, index, total, height, width):
                rng = np.random.default_rng(index)
                disparity = rng.uniform(0.3, 2, (height, width)).astype(np.float32)
                blank = np.zeros((height, width, 3), np.uint8)
                seen.append(Sample(blank, disparity, blank[:, :, 0]))
                truth.append(collate(seen[-1:]))
                return seen[-1]

        seen, truth = [], []
        metric = fit_metric(Known(), Pictures(), 32, 32)
        self.assertAlmostEqual(metric.scale, 0.5, 4)
        self.assertAlmostEqual(metric.shift, 0.2, 4)
        code, out, err = self.finetune("--metric", "auto", "--depth-loss", "silog")
        self.assertEqual(code, 0, err)
        self.assertIn("metric: depth = 1 / (", out)
        self.assertIsNotNone(read_weights(self.folder / "run").config.metric)

    def test_a_resumed_metric_run_keeps_its_constants(self):
        options = ("--metric", "auto", "--depth-loss", "silog")
        self.assertEqual(self.finetune(*options)[0], 0)
        before = read_weights(self.folder / "run").config.metric
        code, out, err = self.finetune("--resume", *options, steps=3, lr=2e-3)
        self.assertEqual((code, out.count("metric: ")), (0, 0), err)
        self.assertEqual(read_weights(self.folder / "run").config.metric, before)

    def test_an_average_that_begins_later(self):
        """It starts from the weights of the checkpoint, not from random ones."""
        self.assertEqual(self.finetune("--ema", 0)[0], 0)
        code, _, err = self.finetune("--resume", "--ema", 0.999, steps=3, lr=1e-6)
        self.assertEqual(code, 0, err)
        state = checkpoint.load(checkpoint.latest(self.folder / "run"))
        for name, value in state["model"].items():
            if value.is_floating_point():
                np.testing.assert_allclose(state["average"][name], value, atol=1e-4, err_msg=name)

    def test_another_number_of_classes(self):
        """The heads of the official files, the auxiliary one included, are left behind."""
        weights = read_weights(TINY / "vit-segmentation")
        model = Dpt(dataclasses.replace(weights.config, auxiliary=True))
        path = self.folder / "official.pt"
        torch.save({k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}, path)
        for auxiliary in ((), ("--auxiliary",)):
            code, _, err = self.finetune(
                *auxiliary, weights=path, classes=9, output=self.folder / f"run{len(auxiliary)}"
            )
            self.assertEqual(code, 0, err)
        self.assertEqual(read_weights(self.folder / "run1").config.classes, 9)
        self.fails("has label 7, but the network has 5 classes", self.finetune(weights=path, classes=5))

    def test_a_folder_says_itself_what_it_is(self):
        """The published names stand for constants of metric depth only where no config.json does."""
        folder = self.folder / "dpt_hybrid_nyu"
        weights = read_weights(DEPTH)
        kept = {k: v for k, v in weights.tensors.items() if not k.startswith("pretrained.model.head.")}
        write_folder(folder, weights.config, kept, False, [], "")
        self.assertIsNone(read_weights(folder).config.metric)
        torch.save(kept, self.folder / "dpt_hybrid_nyu.pt")
        self.assertEqual(read_weights(self.folder / "dpt_hybrid_nyu.pt").config.metric, Metric(0.000305, 0.1378))

    def test_steps_that_overflow(self):
        """They change nothing, the statistics of batch normalisation included; a run of nothing else ends."""
        scenes = parse_part(f"scenes:{write_scenes(self.folder)}", 0)
        model = Dpt(read_weights(TINY / "vit-segmentation").config)
        self.assertTrue(list(model.buffers()))
        trainer = Trainer(model, Mixture([scenes], 0), TrainConfig(self.folder / "run", steps=9, sizes="64x32"))
        model.train()
        batch = collate([trainer.mixture.sample(0, 0, 1, 32, 64)])
        before = {k: v.clone() for k, v in model.state_dict().items()}
        batch.image.fill_(float("inf"))
        for k in range(SKIPPED_IN_A_ROW - 1):
            self.assertFalse(np.isfinite(trainer.train_step([batch])["norm"]))
        self.assertEqual(trainer.skipped, SKIPPED_IN_A_ROW - 1)
        for name, value in model.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]), name)
        with self.assertRaisesRegex(TrainingError, "for 50 steps in a row: the run has diverged"):
            trainer.train_step([batch])

    def test_renderers_feed_the_filters_and_the_run(self):
        """The filters of a plain ViT are whitened with the first pictures, with which the run begins again."""
        program = self.folder / "render.py"
        scenes = write_scenes(self.folder, 60, 64, 48)
        program.write_text(f"import sys\ndata = open({str(scenes)!r}, 'rb').read()\n"
                           "while True: sys.stdout.buffer.write(data)\n")  # fmt: skip
        data = f"stream,size=64x48,window=4,reuse=1:{sys.executable} {program}"
        self.run_command(
            "train", "--preset", "starter_vit", "--data", data,
            "--steps", 1, "--batch", 1, "--sizes", "32x32", "--log-every", 1, "-o", "run",
        )  # fmt: skip
        with open(self.folder / "run/log.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(r["step"], r["skipped"]) for r in rows], [("1", "0")])
        self.assertTrue(np.isfinite(float(rows[0]["loss"])))
        mixture = Mixture([parse_part(data, 0)], 0)
        pictures = whitening_pictures(mixture)
        torch.testing.assert_close(whitening_pictures(mixture), pictures, rtol=0, atol=0)
        plain, whitened = Dpt(PRESETS["starter_vit"]), Dpt(PRESETS["starter_vit"])
        initialise(plain, 0, None)
        initialise(whitened, 0, pictures)
        filters, before, expected = (
            weights["pretrained.model.patch_embed.proj.weight"]
            for weights in (read_weights(self.folder / "run").tensors, plain.state_dict(), whitened.state_dict())
        )
        torch.testing.assert_close(filters, expected, rtol=0, atol=1e-4)  # one step of warming up
        self.assertGreater((filters - before).abs().max().item(), 0.01)

    def test_refusals_of_runs(self):
        for text, result in (
            ("give either --steps or --minutes", self.finetune(steps=None)),
            ("give either --steps or --minutes", self.finetune(minutes=1)),
            ("must be at least 1", self.finetune(batch=0)),
            ("precision fp16 needs a CUDA device, not cpu", self.finetune(precision="fp16")),
            ("silog is for metric models", self.finetune("--depth-loss", "silog")),
            ("silog is for metric models", self.finetune(metric="1,1")),
            ("metric '1': expected SCALE,SHIFT", self.finetune(metric="1")),
            (
                "metric auto: needs weights for relative depth",
                self.finetune("--metric", "auto", weights=TINY / "vit-segmentation"),
            ),
            ("both must be above 0", self.finetune(metric="1,0")),
            ("size 60x32: sides must be multiples of 32", self.finetune(sizes="60x32")),
            ("size 'a': expected WIDTHxHEIGHT", self.finetune(sizes="a")),
            ("'b' is no number from 0 to 1", self.finetune(sizes="b:64x64")),
            ("phases must begin at 0", self.finetune(sizes="0.5:64x64")),
            ("has no checkpoint step-N.pt", self.finetune("--resume")),
            ("/none: no such file or folder", self.finetune(weights="/none")),
            ("device 'gpu': expected cpu, cuda or cuda:N", self.finetune(device="gpu")),
        ):
            with self.subTest(text=text):
                self.fails(text, result)
        if not torch.cuda.is_available():
            self.fails("device cuda: this PyTorch finds no CUDA device", self.finetune(device="cuda"))

    def test_refusals_of_numbers(self):
        for option, value, text in (
            ("seed", -1, "must be at least 0"),
            ("threads", 0, "must be at least 1"),
            ("log-every", 0, "must be at least 1"),
            ("lr", 0, "must be above 0"),
            ("lr", "fast", "invalid number value: 'fast'"),
            ("ema", 1, "must be at least 0 and below 1"),
            ("minutes", "nan", "must be at least 0"),
        ):
            with self.subTest(option=option, value=value):
                self.fails(text, self.finetune(**{option: value}), 2)
        scenes = f"scenes:{self.folder}/*.scenes"
        self.fails("must be above 0", self.call("eval", DEPTH, "--data", scenes, "--cap", 0), 2)
        stream = self.call("eval", DEPTH, "--data", "stream,size=64x48:render")
        self.fails("a stream has no end", stream)

    def test_refusals_of_files(self):
        def read(name, data):
            path = self.folder / name
            path.write_bytes(data)
            return path

        empty = self.folder / "empty"
        empty.mkdir()
        (empty / "config.json").write_text("{")
        no_weights = self.folder / "no_weights"
        no_weights.mkdir()
        (no_weights / "config.json").write_text("{}")
        torch.save([1], self.folder / "list.pt")
        torch.save({"a": torch.zeros(1)}, self.folder / "other.pt")
        full = self.folder / "full"
        full.mkdir()
        (full / "diary.txt").write_text("mine")
        header = b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,4]}}'
        for text, result in (
            ("config.json: is no JSON", self.call("export", empty, "-o", "x")),
            ("holds neither model.safetensors nor", self.call("export", no_weights, "-o", "x")),
            ("is no safetensors file", self.call("export", read("a.safetensors", b"no"), "-o", "x")),
            (
                "damaged header",
                self.call(
                    "export", read("b.safetensors", len(header).to_bytes(8, "little") + header + b"1234"), "-o", "x"
                ),
            ),
            ("cannot be read as a PyTorch file", self.call("export", read("c.pt", b"no"), "-o", "x")),
            ("holds a list, expected a dict", self.call("export", self.folder / "list.pt", "-o", "x")),
            (
                "is no DPT of a known kind: it has no tensor pret",
                self.call("export", self.folder / "other.pt", "-o", "x"),
            ),
            ("exists and is no exported model", self.call("export", DEPTH, "-o", full)),
            ("none.json: cannot be read as JSON", self.call("export", DEPTH, "-o", "x", "--card", "none.json")),
            (
                "field name: expected the fields title",
                self.call("export", DEPTH, "-o", "x", "--card", read("d.json", b'{"name": 1}')),
            ),
            (
                "expected an object with the fields title",
                self.call("export", DEPTH, "-o", "x", "--card", read("l.json", b"[1]")),
            ),
            ("cannot be read as a PyTorch file", self.call("export", read("step-1.pt", b""), "-o", "x")),
            ("lacks licence, hours", self.call("export", DEPTH, "-o", "x", "--card", read("e.json", b'{"data": []}'))),
        ):
            with self.subTest(text=text):
                self.fails(text, result)
        labels = read("a.txt", b"wall\n")
        result = self.call("export", TINY / "vit-segmentation", "-o", self.folder / "y", "--labels", labels)
        self.fails("a.txt: has 1 names, but the model has 7 classes", result)
        checkpoint.save(self.folder / "strange", 1, {"header": {}})
        (self.folder / "strange/step-1.pt").write_bytes((self.folder / "other.pt").read_bytes())
        with self.assertRaisesRegex(TrainingError, "is no checkpoint of a run"):
            checkpoint.load(self.folder / "strange/step-1.pt")

    def test_refusals_of_networks(self):
        for text, changes in (
            ("readout 'sum': expected one of ignore, add, project", {"readout": "sum"}),
            ("width 768 cannot be divided among 7 heads", {"heads": 7}),
            ("expected depth, segmentation or both", {"tasks": ("edges",)}),
            ("expected four rising numbers below 12", {"taps": (1, 2, 3, 12)}),
            ("expected three of each", {"stages": (1,), "stage_channels": (128,)}),
            ("fit no others", {"stages": (1, 1, 1), "stage_channels": (64, 128, 256), "stem": 32}),
            ("must begin with the stages'", {"stages": (1, 1, 1), "stage_channels": (128, 128, 128), "stem": 32}),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(TrainingError, text.replace("(", r"\(")):
                DptConfig(**changes)
        model = Dpt(read_weights(DEPTH).config)
        with self.assertRaisesRegex(TrainingError, "picture of 40x32: sides must be multiples of 32"):
            model(torch.zeros(1, 3, 32, 40))
        with self.assertRaisesRegex(TrainingError, "depth loss 'mse': expected one of robust"):
            Objective(model, "mse", Weights())
        with self.assertRaisesRegex(TrainingError, "optimiser 'lion': expected one of adam"):
            Optimisers(model, OptimConfig("lion"))
        with self.assertRaisesRegex(TrainingError, "schedule 'linear': expected one of cosine"):
            schedules.rate("linear", 0, 0, 1)
        with self.assertRaisesRegex(TrainingError, "precision 'int8'"):
            TrainConfig(self.folder, steps=1, precision="int8")

    def test_refusals_of_tensors(self):
        weights = read_weights(DEPTH)
        for change, text in (
            ({"scratch.layer5_rn.weight": torch.zeros(1)}, "tensor scratch.layer5_rn.weight has no place"),
            ({"scratch.layer2_rn.weight": torch.zeros(1)}, r"has shape \[1\], expected \[16, 16, 3, 3\]"),
            ({"scratch.layer2_rn.weight": None}, "has no tensor scratch.layer2_rn.weight"),
        ):
            tensors = {k: v for k, v in {**weights.tensors, **change}.items() if v is not None}
            torch.save(tensors, self.folder / "w.pt")
            with self.assertRaisesRegex(TrainingError, text):
                open_model(self.folder / "w.pt")
        large = {k: v * 1e6 for k, v in weights.tensors.items() if not k.startswith("pretrained.model.head.")}
        with self.assertRaisesRegex(TrainingError, "has values that torch.float16 cannot hold"):
            write_folder(self.folder / "big", weights.config, large, True, [], "")


class Parts(TrainingTest):
    def test_schedules(self):
        self.assertAlmostEqual(schedules.rate("cosine", 0, 9, 10), 1)
        self.assertAlmostEqual(schedules.rate("cosine", 0, 0, 10), 0.1)
        self.assertAlmostEqual(schedules.rate("cosine", 1, 99, 10), 0.005)
        self.assertAlmostEqual(schedules.rate("poly", 0.5, 99, 10), 0.5**0.9)
        self.assertAlmostEqual(schedules.rate("constant", 0.7, 99, 10), 1)
        self.assertAlmostEqual(schedules.rate("onecycle", 0, 99, 0), 0.04)
        self.assertAlmostEqual(schedules.rate("onecycle", 0.3, 99, 0), 1)
        self.assertAlmostEqual(schedules.rate("onecycle", 1, 99, 0), 0.005)

    def test_sizes(self):
        phases = schedules.parse_sizes("64x32,32x64;0.5:96x64", 32)
        self.assertEqual(schedules.sizes_at(phases, 0.49), [(32, 64), (64, 32)])
        self.assertEqual(schedules.sizes_at(phases, 0.5), [(64, 96)])

    def test_rates_of_the_parts(self):
        """The encoder learns at a tenth, the depth head's last filter too; vectors do not decay."""
        for kind in ("adam", "adamw", "sgd", "muon"):
            model = Dpt(read_weights(DEPTH).config)
            optimisers = Optimisers(model, OptimConfig(kind, lr=1.0))
            optimisers.set_rate(0.5)
            rate = {
                id(p): (g["lr"], g["weight_decay"]) for o in optimisers.all for g in o.param_groups for p in g["params"]
            }
            self.assertEqual(len(rate), len(list(model.parameters())))
            self.assertEqual(rate[id(model.scratch.layer1_rn.weight)], (0.5, WEIGHT_DECAY[kind]))
            self.assertEqual(rate[id(model.pretrained.model.pos_embed)], (0.05, 0.0))
            self.assertEqual(rate[id(model.depth_head[4].weight)], (0.05, 0.0))
            muon = 25 * 0.05 if kind == "muon" else 0.05
            self.assertAlmostEqual(rate[id(model.pretrained.model.blocks[0].attn.qkv.weight)][0], muon)
            readout = model.pretrained.act_postprocess1._modules["0"].project[0].weight  # of the decoder
            self.assertAlmostEqual(rate[id(readout)][0], 10 * muon)
            given = Optimisers(model, OptimConfig(kind, weight_decay=0.3)).all[0].param_groups
            self.assertEqual({g["weight_decay"] for g in given}, {0.0, 0.3})

    def test_gradients_that_are_not_finite_are_skipped(self):
        trainer = Trainer(Dpt(read_weights(DEPTH).config), None, TrainConfig(self.folder, steps=3))
        before = {k: v.clone() for k, v in trainer.model.state_dict().items()}
        rng = np.random.default_rng(0)
        batch = argparse.Namespace(
            image=torch.full((1, 3, 32, 32), float("nan")),
            disparity=torch.from_numpy(rng.random((1, 32, 32), np.float32)),
            labels=torch.zeros(1, 32, 32, dtype=torch.uint8),
        )
        trainer.train_step([batch])
        self.assertEqual(trainer.skipped, 1)
        for k, v in trainer.model.state_dict().items():
            self.assertTrue(torch.equal(v, before[k]), k)

    def test_muon_makes_directions_orthogonal(self):
        from dpt_training.muon import orthogonalise

        x = torch.randn(2, 8, 24, generator=torch.Generator().manual_seed(0))
        values = torch.linalg.svdvals(orthogonalise(x))
        self.assertTrue(((values > 0.5) & (values < 1.4)).all(), values)

    def test_safetensors_of_others(self):
        """bfloat16 is widened."""
        header = b'{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"__metadata__":{}}'
        path = self.folder / "a.safetensors"
        path.write_bytes(len(header).to_bytes(8, "little") + header + bytes([0x80, 0x3F, 0x00, 0xC0]))
        self.assertEqual(safetensors.read(path)["a"].tolist(), [1.0, -2.0])

    def test_small_things(self):
        self.assertEqual(parse_metric("0.1,0.2"), Metric(0.1, 0.2))
        self.assertEqual(label_names(3, None), ["class 0", "class 1", "class 2"])
        self.assertEqual(label_names(150, None)[12], "person")
        options = argparse.Namespace(task="depth", classes=None, auxiliary=False, metric=None)
        self.assertEqual(changed(read_weights(TINY / "vit-segmentation").config, options).head, (8, 32))
        text = card.model_card(DptConfig(metric=Metric(0.1, 0.2)), 1_000_000, {})
        self.assertIn("1 / max(0.1 * output + 0.2, 1e-8)", text)


if __name__ == "__main__":
    unittest.main()
