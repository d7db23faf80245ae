"""What the tests of engines share: a study in shards of about a second, whose bytes one process knows; killing; joining."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SHARDS = 12


def run(*words, check=True, **more):
    """A command's output; where it fails, so does the test."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        sys.exit(f"failed ({done.returncode}): {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done


class Study:
    """A run of a starter scenario, with Latin hypercubes, in twelve shards of about `seconds` each."""

    def __init__(self, shortfall, place, seconds=1.0):
        self.shortfall = str(Path(shortfall).resolve())
        self.place = Path(place)
        run(self.shortfall, "new", "case", "--template", "chain", "--quiet", cwd=self.place)
        told = run(self.shortfall, "run", "case", "--plan", "--threads", 1, "--format", "json", cwd=self.place)
        trials = int(json.loads(told.stdout)["speed"] * seconds * SHARDS)
        self.trials = max(5 * SHARDS + 1, min(trials, 400_000))
        self.words = ["run", "case", "--trials", self.trials, "--sampling", "lhs"]
        run(self.shortfall, *self.words, "--out", "whole", "--quiet", cwd=self.place)
        print(f"a run of {self.trials:,} trials in {SHARDS} shards")

    def folder(self, name):
        return self.place / name

    def sign(self, name):
        """Makes the folder of the parts, with one shard done."""
        run(self.shortfall, *self.words, "--shard", f"1/{SHARDS}", "--out", name, "--quiet", cwd=self.place)
        return self.folder(name)

    def submit(self, engine, name, *options, check=True):
        """Submits it, or goes on with what is missing."""
        known = (self.folder(name) / "study.json").exists()
        flags = ["submit", "--engine", engine, *options]
        study = [name] if known else ["--shards", SHARDS, "--out", name, "--", *self.words]
        return run(self.shortfall, *flags, *study, check=check, cwd=self.place)

    def missing(self, name):
        done = run(self.shortfall, "merge", name, "--missing", cwd=self.place)
        return [int(line) for line in done.stdout.split()]

    def status(self, name):
        return json.loads(run(self.shortfall, "status", name, "--format", "json", cwd=self.place).stdout)

    def await_done(self, name, seconds):
        """Waits until so many shards are there, or all."""
        limit = time.time() + seconds
        while (left := len(self.missing(name))) > 0:
            if time.time() > limit:
                sys.exit(f"{name}: {left} shards are missing after {seconds} s")
            time.sleep(0.5)

    def await_some(self, name, done, seconds=300):
        limit = time.time() + seconds
        while len(list(self.folder(name).glob("parts/*.part"))) < done:
            if time.time() > limit:
                sys.exit(f"{name}: fewer than {done} shards after {seconds} s")
            time.sleep(0.02)

    def same(self, name):
        """Joins the parts, and holds the results against those of one process, file by file."""
        merged = f"{name}-merged"
        run(self.shortfall, "merge", name, "--out", merged, "--quiet", cwd=self.place)
        whole, own = (files(self.folder(folder)) for folder in ("whole", merged))
        if whole.keys() != own.keys():
            sys.exit(f"{name}: other files: {sorted(whole.keys() ^ own.keys())}")
        for path, content in whole.items():
            if own[path] != content:
                sys.exit(f"{name}: {path} differs from that of one process")
        print(f"{name}: all {len(whole)} files equal those of one process")


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shards_at_work(folder):
    """The processes that are at work on a shard of a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"--shard" in words and str(folder).encode() in words and not words[0].endswith(b"sh"):
                found.append(int(entry.name))
    return found


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def kill_a_shard(folder, seconds=120):
    """Kills the process of a shard, as soon as there is one."""
    limit = time.time() + seconds
    while time.time() < limit:
        for process in shards_at_work(folder):
            time.sleep(0.2)
            kill(process)
            print("killed the process of a shard")
            return
        time.sleep(0.02)
    sys.exit("no shard is at work")
