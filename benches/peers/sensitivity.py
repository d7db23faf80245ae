"""Holds `shortfall sensitivity` against SALib and SciPy on the same samples.

The scenario loses b d e yen: whether a ban comes, how long it lasts, what is exposed. Every uniform is made again here from its
address (SHA-256 and Philox4x32-10, by numpy), and so are both samples of the pick-freeze design, their mixtures and the losses;
SALib's estimators on them must give the indices of the command. Elementary effects are held on a second scenario, in which the
length of the ban, the exposure, the value at stake and the stock are drawn once a trial, along the same trajectories.

Usage: python benches/peers/sensitivity.py SHORTFALL
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from SALib.analyze import morris, pawn, sobol
from scipy import stats

SEED, TRIALS = 20, 20_000
OTHER = (SEED ^ 0x1E3779B97F4A7C15) & (2**63 - 1)
CASE = """
[scenario]
start = 2026-01-01
horizon = "1 year"
step = "day"
currency = "JPY"
seed = 20
[parameters]
exposed = { uniform = { min = "20%", max = "60%" } }
[materials.m]
price = "1 JPY/t"
headroom = 0
[[materials.m.sources]]
name = "a"
share = 1
route = { mining = "CN" }
[sectors.s]
value_added = "365.25 JPY/year"
uses.m = { amount = "365.25 t/year", exposed = "$exposed" }
[controls.c]
country = "CN"
materials = ["m"]
onsets = [{ at = 2026-01-01, probability = "40%" }]
regimes = [{ name = "ban", lasts = { uniform = { min = "30 days", max = "150 days" } } }]
"""
ONCE = CASE.replace(
    'exposed = { uniform = { min = "20%", max = "60%" } }',
    'exposed = { uniform = { min = "20%", max = "60%" } }\n'
    'length = { uniform = { min = "30 days", max = "150 days" } }\n'
    'value = { uniform = { min = "200 JPY/year", max = "800 JPY/year" } }\n'
    'stock = { uniform = { min = "0 days", max = "100 days" } }',
)
ONCE = ONCE.replace("headroom = 0", 'headroom = 0\ninventory = "$stock"').replace('"365.25 JPY/year"', '"$value"').replace(
    'lasts = { uniform = { min = "30 days", max = "150 days" } }', 'lasts = "$length"'
)
FACTORS = ["parameters.exposed", "parameters.length", "parameters.value", "parameters.stock"]
TRAJECTORIES = 2_000
PATHS = ["controls.c.onsets.2026-01-01.fires", "controls.c.regimes.ban.lasts", "parameters.exposed"]


def uniforms(seed, path, occurrence=0):
    """One occurrence of an address in all trials: docs of `src/random`."""
    digest = hashlib.sha256(seed.to_bytes(8, "little") + path.encode()).digest()
    mask = np.uint64(0xFFFFFFFF)
    key = [np.uint64(int.from_bytes(digest[i : i + 4], "little")) for i in (0, 4)]
    words = [np.arange(TRIALS, dtype=np.uint64)] + [np.zeros(TRIALS, dtype=np.uint64) for _ in range(3)]
    words[2] += np.uint64(occurrence >> 1)
    for r in range(10):
        product = [words[0] * np.uint64(0xD2511F53), words[2] * np.uint64(0xCD9E8D57)]
        k = [(key[0] + np.uint64(r * 0x9E3779B9)) & mask, (key[1] + np.uint64(r * 0xBB67AE85)) & mask]
        high, low = [p >> np.uint64(32) for p in product], [p & mask for p in product]
        words = [high[1] ^ words[1] ^ k[0], low[1], high[0] ^ words[3] ^ k[1], low[0]]
    half = 2 * (occurrence & 1)
    bits = (words[half + 1] << np.uint64(32)) | words[half]
    return ((bits >> np.uint64(12)).astype(float) + 0.5) / 2**52


def loss(u):
    return (u[:, 0] < 0.4) * (30 + 120 * u[:, 1]) * (0.2 + 0.4 * u[:, 2])


def command(program, *arguments, case=CASE, trials=TRIALS):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.toml").write_text(case)
        words = [program, "sensitivity", "x.toml", "--results", "none", "--format", "json", "-q", "--trials", str(trials)]
        out = subprocess.run([*words, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def trajectories():
    """The quantiles of the factors, a row a step: levels and order are docs of `src/study/sensitivity/morris.rs`."""
    # The sources are the factors and whether the ban comes.
    sources, width = len(FACTORS) + 1, len(FACTORS)
    drawn = [uniforms(SEED, "sensitivity.morris", k)[:TRAJECTORIES] for k in range(sources + width)]
    levels = np.column_stack([(u * 4).astype(int) for u in drawn[:width]])
    order = np.argsort(np.column_stack(drawn[sources:]), axis=1, kind="stable")
    rows = [levels.copy()]
    for step in range(width):
        moved = (np.arange(TRAJECTORIES), order[:, step])
        levels[moved] = np.where(levels[moved] < 2, levels[moved] + 2, levels[moved] - 2)
        rows.append(levels.copy())
    return (np.stack(rows, axis=1).reshape(-1, width) + 0.5) / 4


def effects(program):
    x = trajectories()
    comes = np.repeat(uniforms(SEED, PATHS[0])[:TRAJECTORIES] < 0.4, len(FACTORS) + 1)
    exposed, length, value = 0.2 + 0.4 * x[:, 0], 30 + 120 * x[:, 1], (200 + 600 * x[:, 2]) / 365.25
    y = comes * exposed * value * np.maximum(length - 100 * x[:, 3], 0)
    problem = {"num_vars": len(FACTORS), "names": FACTORS, "bounds": [[0, 1]] * len(FACTORS)}
    theirs = morris.analyze(problem, x, y, num_levels=4, seed=1)
    ours = {e["factor"]: e for e in command(program, "--method", "morris", case=ONCE, trials=TRAJECTORIES)["effects"]}
    # SALib divides by its own step, 2/3 of the range; here a step is half of the trials and divides nothing.
    worst = 0.0
    for i, path in enumerate(FACTORS):
        for name in ("mu", "mu_star", "sigma"):
            own, their = ours[path][name]["value"], theirs[name][i] * 2 / 3
            worst = max(worst, abs(own / their - 1))
            print(f"{path} {name}: {own:.9f}, SALib {their:.9f}")
    print(f"greatest relative difference of mu, mu* and sigma: {worst:.1e}")
    assert worst < 1e-9


def main():
    program = str(Path(sys.argv[1]).resolve())
    a, b = (np.column_stack([uniforms(seed, path) for path in PATHS]) for seed in (SEED, OTHER))
    rows = [loss(a)]
    for i in range(3):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        rows.append(loss(mixed))
    rows.append(loss(b))
    problem = {"num_vars": 3, "names": PATHS, "bounds": [[0, 1]] * 3}
    theirs = sobol.analyze(problem, np.column_stack(rows).ravel(), calc_second_order=False, seed=1)
    ours = {f["factor"]: f for f in command(program, "--method", "sobol")["factors"]}
    worst = {"first": 0.0, "total": 0.0}
    for i, path in enumerate(PATHS):
        for mine, their in (("first", "S1"), ("total", "ST")):
            own = ours[path][mine]
            worst[mine] = max(worst[mine], abs(own["value"] - theirs[their][i]))
            width = (own["high"] - own["low"]) / 2 / theirs[f"{their}_conf"][i]
            print(f"{path} {mine}: {own['value']:.6f}, SALib {theirs[their][i]:.6f}; half-widths 1 : {1 / width:.2f}")
            assert 0.8 < width < 1.25, width
    print(f"greatest difference of an index: first {worst['first']:.1e}, total {worst['total']:.1e}")
    # SALib centres the first-order product by the mean of all samples, not of A and B alone.
    assert worst["total"] < 1e-9 and worst["first"] < 1e-4

    ranked = {i["input"]: i for i in command(program, "--method", "rank")["inputs"]}
    y, worst = rows[0], 0.0
    theirs = pawn.analyze(problem, a, y, S=10, seed=1)
    for i, path in list(enumerate(PATHS))[1:]:
        own = ranked[path]
        worst = max(worst, abs(own["pawn"]["median"]["value"] - theirs["median"][i]))
        rho = stats.spearmanr(a[:, i], y).statistic
        print(f"{path} PAWN: {own['pawn']['median']['value']:.5f}, SALib {theirs['median'][i]:.5f}; "
              f"Spearman: {own['spearman']['value']:.6f}, SciPy {rho:.6f}")
        assert abs(own["spearman"]["value"] - rho) < 1e-9
    # SALib's slices differ by a trial at their ends.
    print(f"greatest difference of a PAWN index: {worst:.1e}")
    assert worst < 2e-3

    effects(program)


if __name__ == "__main__":
    main()
