"""dpt models pull against a server of the test's own: cut connections, ranges, redirections, wrong hashes."""

import hashlib
import http.server
import json
import os
import re
import subprocess
import threading
import unittest

from support import DPT, TINY, CliTest, environment

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Server(http.server.ThreadingHTTPServer):
    """Files by path; `cut`: after so many bytes of a body the connection breaks, that often."""

    def __init__(self):
        self.files, self.headers, self.redirects, self.requests = {}, {}, {}, []
        self.cut, self.cuts, self.ranges, self.token = 0, 0, True, None
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        server = self.server
        server.requests.append((self.command, self.path, dict(self.headers)))
        if server.token and self.headers.get("Authorization") != f"Bearer {server.token}" and "/cdn" not in self.path:
            return self.send_error(401)
        if self.path in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[self.path])
            for name, value in server.headers.get(self.path, {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if self.path not in server.files:
            return self.send_error(404)
        body, begin = server.files[self.path], 0
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and server.ranges:
            begin = int(wanted[1])
            if begin >= len(body):
                return self.send_error(416)
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        for name, value in server.headers.get(self.path, {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return None
        if server.cuts > 0:
            server.cuts -= 1
            self.wfile.write(body[begin : begin + server.cut])
            self.close_connection = True
            return None
        return self.wfile.write(body[begin:])


class Pull(CliTest):
    def setUp(self):
        super().setUp()
        self.server = Server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.weights = (TINY / "vit-depth" / "official.pt").read_bytes()
        self.hash = hashlib.sha256(self.weights).hexdigest()
        self.variables = {
            "DPT_MODELS": str(self.folder / "registry"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "HF_ENDPOINT": self.address + "/",
            "HF_HOME": str(self.folder / "hf"),
        }
        self.register(sha256=self.hash, bytes=len(self.weights))
        self.server.files["/official.pt"] = self.weights

    def register(self, **facts):
        entry = {
            "name": "tiny", "aliases": [], "task": "depth", "architecture": "dpt", "variant": "base",
            "model_type": None, "file": "official.pt", "url": self.address + "/official.pt", "repo": None,
            "bytes": None, "sha256": None, "sha256_prefix": None, "licence": None, "metric": False,
            "accuracy": [], "notes": None,
        }  # fmt: skip
        (self.folder / "registry").mkdir(exist_ok=True)
        registry = {"format": 1, "models": [entry | facts]}
        (self.folder / "registry" / "registry.json").write_text(json.dumps(registry))

    def models(self, *arguments, code=0, **variables):
        return self.dpt("models", *arguments, code=code, variables={**self.variables, **variables})

    def pulled(self):
        return self.folder / "cache" / "dpt" / "models" / "official.pt"

    def test_a_known_model(self):
        self.fails(3, '"dpt models pull tiny" gets it from', "depth", "a.png", "-m", "tiny", variables=self.variables)
        self.assertEqual(self.models("pull", "tiny").stdout.decode(), f"{self.pulled()}\n")
        self.assertEqual(self.pulled().read_bytes(), self.weights)
        self.assertEqual(os.listdir(self.pulled().parent), ["official.pt"])
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", "tiny", "-o", "d.npy", variables=self.variables)
        self.models("verify", "tiny")
        count = len(self.server.requests)
        self.models("pull", "tiny")  # is here already
        self.assertEqual(len(self.server.requests), count)
        self.models("rm", "tiny")
        self.assertFalse(self.pulled().exists())
        self.fails(3, "tiny: was not downloaded to", "models", "rm", "tiny", variables=self.variables)

    def test_what_came(self):
        self.assertRegex(
            self.on_terminal("models", "pull", "tiny", variables=self.variables),
            r"^pulled tiny \(\d+\.\d MiB, 0:\d\d\)\n$",
        )
        self.assertEqual(
            self.on_terminal("models", "pull", "tiny", variables=self.variables), "tiny is here already\n"
        )
        self.assertEqual(self.on_terminal("models", "pull", "tiny", "-q", variables=self.variables), "")
        self.assertEqual(self.models("pull", "tiny").stderr, b"")
        out = self.models("rm", "tiny").stdout.decode()
        self.assertEqual(out, f"removed {self.pulled()}\n")

    def test_without_a_home(self):
        # Nothing can have been pulled; only pulling itself needs a place.
        nowhere = {"HOME": "", "XDG_CACHE_HOME": "", "HF_HOME": ""}
        self.assertIn(b"not here", self.models("list", **nowhere).stdout)
        variables = self.variables | nowhere
        self.fails(3, "tiny: not on this machine", "depth", "a.png", "-m", "tiny", variables=variables)
        self.fails(3, "hf:some/tiny: not on this machine", "depth", "a.png", "-m", "hf:some/tiny", variables=variables)
        self.fails(2, "HOME is not set", "models", "pull", "tiny", variables=variables)

    def test_cut_connections(self):
        for ranges in (True, False):
            self.server.ranges = ranges
            self.server.cut, self.server.cuts = len(self.weights) // 3, 2
            self.models("pull", "tiny")
            self.assertEqual(self.pulled().read_bytes(), self.weights)
            self.models("rm", "tiny")
        sent = [headers.get("Range") for _, _, headers in self.server.requests]
        self.assertIn(f"bytes={len(self.weights) // 3}-", sent)

    def test_a_server_that_always_breaks(self):
        self.server.ranges, self.server.cut, self.server.cuts = False, 1000, 100
        self.fails(1, "what has come is kept", "models", "pull", "tiny", variables=self.variables)
        self.assertEqual(self.pulled().with_name("official.pt.part").stat().st_size, 1000)

    def test_going_on_after_a_kill(self):
        self.pulled().parent.mkdir(parents=True)
        part = self.pulled().with_name("official.pt.part")
        part.write_bytes(self.weights[:1000])
        self.models("pull", "tiny")
        self.assertEqual(self.pulled().read_bytes(), self.weights)
        self.assertEqual(self.server.requests[-1][2]["Range"], "bytes=1000-")
        self.models("rm", "tiny")
        part.write_bytes(self.weights)  # whole, but not yet named
        self.models("pull", "tiny")
        self.assertEqual(self.pulled().read_bytes(), self.weights)

    def test_what_is_wrong_is_refused(self):
        for facts, text in (
            ({"sha256": "0" * 64}, f"has the SHA-256 {self.hash}, expected {'0' * 64}; it was removed"),
            ({"sha256_prefix": "00000000"}, "expected 00000000...; it was removed"),
            ({"bytes": 7}, f"has {len(self.weights)} bytes, expected 7; it was removed"),
        ):
            self.register(**facts)
            self.fails(3, text, "models", "pull", "tiny", variables=self.variables)
            self.assertFalse(self.pulled().exists())
            self.assertFalse(self.pulled().with_name("official.pt.part").exists())
        self.server.files.clear()
        self.fails(1, "the server answers 404", "models", "pull", "tiny", variables=self.variables)
        self.fails(3, "tyny: no known model has this name; did you mean tiny?", "models", "pull", "tyny",
                   variables=self.variables)  # fmt: skip
        self.fails(1, "HF_HUB_OFFLINE is set", "models", "pull", "tiny",
                   variables=self.variables | {"HF_HUB_OFFLINE": "1"})  # fmt: skip
        self.fails(2, "hf:../x: expected hf:owner/name", "models", "pull", "hf:../x", variables=self.variables)
        self.fails(2, "NAME is required", "models", "pull", variables=self.variables)
        self.register(url="http://127.0.0.1:1/official.pt")
        self.fails(1, "official.pt: cannot connect to the server", "models", "pull", "tiny", variables=self.variables)

    def test_two_at_a_time(self):
        command = [DPT, "models", "pull", "tiny"]
        both = [subprocess.Popen(command, env=environment(**self.variables), stdout=subprocess.DEVNULL) for _ in "ab"]
        self.assertEqual([process.wait(timeout=60) for process in both], [0, 0])
        self.assertEqual(self.pulled().read_bytes(), self.weights)

    def publish(self, token=None):
        """A repository as the Hub serves it: weights redirected to another place, hashes in headers."""
        self.server.token = token
        listing = {"sha": COMMIT, "siblings": []}
        for name in ("config.json", "preprocessor_config.json", "model.safetensors"):
            data = (TINY / "vit-depth" / name).read_bytes()
            path = f"/some/tiny/resolve/{COMMIT}/{name}"
            listing["siblings"].append({"rfilename": name})
            if name.endswith(".safetensors"):
                tag = hashlib.sha256(data).hexdigest()
                self.server.redirects[path] = f"{self.address}/cdn/{name}"
                self.server.headers[path] = {"X-Linked-Etag": f'"{tag}"'}
                self.server.files[f"/cdn/{name}"] = data
            else:
                self.server.files[path] = data
                self.server.headers[path] = {"ETag": f'"{hashlib.sha1(data).hexdigest()}"'}
        listing["siblings"] += [{"rfilename": "pytorch_model.bin"}, {"rfilename": "../evil"}]
        for revision in ("main", "v1"):
            self.server.files[f"/api/models/some/tiny/revision/{revision}"] = json.dumps(listing).encode()

    def test_a_repository(self):
        self.publish()
        done = self.models("pull", "hf:some/tiny")
        repo = self.folder / "hf" / "hub" / "models--some--tiny"
        snapshot = repo / "snapshots" / COMMIT
        self.assertEqual(done.stdout.decode(), f"{snapshot}\n")
        self.assertEqual((repo / "refs" / "main").read_text(), COMMIT)
        names = {"config.json", "preprocessor_config.json", "model.safetensors"}
        self.assertEqual({p.name for p in snapshot.iterdir()}, names)
        for name in names:
            self.assertTrue((snapshot / name).is_symlink())
            self.assertEqual((snapshot / name).read_bytes(), (TINY / "vit-depth" / name).read_bytes())
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", "hf:some/tiny", "-o", "d.npy", variables=self.variables)
        self.dpt("depth", "a.png", "-m", TINY / "vit-depth", "-o", "e.npy")
        self.assertEqual((self.folder / "d.npy").read_bytes(), (self.folder / "e.npy").read_bytes())
        self.models("pull", "hf:some/tiny@v1")
        self.models("rm", "hf:some/tiny")
        self.assertFalse(repo.exists())
        self.fails(3, '"dpt models pull hf:some/tiny" gets it', "depth", "a.png", "-m", "hf:some/tiny",
                   variables=self.variables)  # fmt: skip

    def publish_shards(self, shards, indexed):
        """A repository of these shards, of which the index names some; its weights are no tensors."""
        index = json.dumps({"weight_map": {f"tensor {shard}": shard for shard in indexed}})
        files = {"config.json": "{}", "pytorch_model.bin.index.json": index, "flax_model.msgpack": "flax"}
        files |= {shard: shard for shard in (*shards, "old/pytorch_model-00003-of-00003.bin")}
        listing = {"sha": COMMIT, "siblings": [{"rfilename": name} for name in sorted(files)]}
        for name, text in files.items():
            path = f"/some/tiny/resolve/{COMMIT}/{name}"
            self.server.files[path] = text.encode()
            self.server.headers[path] = {"ETag": f'"{hashlib.sha1(text.encode()).hexdigest()}"'}
        self.server.files["/api/models/some/tiny/revision/main"] = json.dumps(listing).encode()

    def test_shards_of_a_repository(self):
        snapshot = self.folder / "hf" / "hub" / "models--some--tiny" / "snapshots" / COMMIT
        for shards in (
            {f"pytorch_model-0000{i}-of-00002.bin" for i in (1, 2)},
            {"encoder.bin", "decoder"},  # the index says which they are, not their names
        ):
            with self.subTest(shards):
                self.publish_shards(shards | {"pytorch_model-of-nobody.bin"}, shards)
                self.models("pull", "hf:some/tiny")
                names = {"config.json", "pytorch_model.bin.index.json"} | shards
                self.assertEqual({p.name for p in snapshot.iterdir()}, names)
                self.models("rm", "hf:some/tiny")
                self.assertEqual(list((self.folder / "hf" / "hub").iterdir()), [])
        self.publish_shards({"one.bin"}, {"one.bin", "two.bin"})
        text = "hf:some/tiny: pytorch_model.bin.index.json names the file two.bin, which the repository has not"
        self.fails(3, text, "models", "pull", "hf:some/tiny", variables=self.variables)
        self.assertFalse((snapshot / "config.json").exists())

    def test_removing_one_revision(self):
        """The others stay, with the files that they share, and so does what others have put into the cache."""
        self.publish()
        self.models("pull", "hf:some/tiny")
        other = COMMIT[::-1]
        listing = json.loads(self.server.files["/api/models/some/tiny/revision/main"])
        self.server.files["/api/models/some/tiny/revision/v2"] = json.dumps({**listing, "sha": other}).encode()
        for where in (self.server.files, self.server.redirects, self.server.headers):
            where.update({path.replace(COMMIT, other): value for path, value in where.items()})
        changed = f"/some/tiny/resolve/{other}/config.json"
        self.server.files[changed] += b"\n"
        self.server.headers[changed] = {"ETag": f'"{hashlib.sha1(self.server.files[changed]).hexdigest()}"'}
        self.models("pull", "hf:some/tiny@v2")
        repo = self.folder / "hf" / "hub" / "models--some--tiny"
        (repo / "snapshots" / COMMIT / "tokenizer.json").write_text("of another program")
        self.assertEqual(len(list((repo / "blobs").iterdir())), 4)
        out = self.models("rm", "hf:some/tiny@v2").stdout.decode()
        self.assertEqual(out, f"removed {repo / 'snapshots' / other}\n")
        self.assertEqual([p.name for p in (repo / "snapshots").iterdir()], [COMMIT])
        self.assertEqual([p.name for p in (repo / "refs").iterdir()], ["main"])
        self.assertEqual(len(list((repo / "blobs").iterdir())), 3)
        self.picture("a.png")
        self.dpt("depth", "a.png", "-m", "hf:some/tiny", "-o", "d.npy", variables=self.variables)
        text = f"hf:some/tiny@v2: was not downloaded to {repo / 'snapshots' / 'v2'}"
        self.fails(3, text, "models", "rm", "hf:some/tiny@v2", variables=self.variables)
        out = self.models("rm", "hf:some/tiny").stdout.decode()
        self.assertEqual(out, f"removed {repo}, but for files that were not pulled\n")
        self.assertEqual([p.name for p in (repo / "snapshots" / COMMIT).iterdir()], ["tokenizer.json"])
        self.fails(3, "not on this machine", "depth", "a.png", "-m", "hf:some/tiny", variables=self.variables)

    def test_token_and_damage(self):
        self.publish(token="secret")
        self.fails(1, "answers 401 (HF_TOKEN may open it)", "models", "pull", "hf:some/tiny", variables=self.variables)
        self.models("pull", "hf:some/tiny", HF_TOKEN="secret")
        self.models("rm", "hf:some/tiny")
        self.server.files["/cdn/model.safetensors"] = b"changed"
        variables = self.variables | {"HF_TOKEN": "secret"}
        self.fails(3, "has the SHA-256", "models", "pull", "hf:some/tiny", variables=variables)
        self.fails(3, "not on this machine", "depth", "a.png", "-m", "hf:some/tiny", variables=variables)
        self.server.files["/api/models/some/tiny/revision/main"] = b"<html>"
        self.fails(1, "is not that of a Hugging Face server", "models", "pull", "hf:some/tiny", variables=variables)


if __name__ == "__main__":
    unittest.main()
