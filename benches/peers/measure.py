"""Measures, and writes docs/performance.md; benches/peers/run calls it.

Usage: measure.py SHORTFALL FOLDER [--again|--quick]; the folder is for values and for what was measured.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import page
import scenarios

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Everything that takes long is done so often, and the quickest counts: what disturbs a measurement makes it longer.
REPEATS = 1 if "--quick" in sys.argv else 3
# How many times fewer trials than stand below.
FEWER = 5 if "--quick" in sys.argv else 1
# Program, package and trials of each peer; the first two run on two cores as well.
WEEKLY = [("weekly_numpy", "numpy", 100_000), ("weekly_numba", "numba", 400_000)]
MONTHLY = [
    ("monthly_numpy", "numpy", 400_000),
    ("monthly_openturns", "openturns", 200_000),
    ("monthly_simpy", "simpy", 20_000),
    ("monthly_monaco", "monaco", 10_000),
    ("monthly_ema", "ema_workbench", 10_000),
]
# Trials of shortfall that the peers are held against.
TOLD = 2_000_000
# Scenario and trials of the rates.
RATES = [
    ("benches/weekly", 500_000),
    ("benches/monthly", 1_000_000),
    ("benches/rare", 500_000),
    ("tests/data/example", 50_000),
    ("scenarios/japan-rare-earths-660bn", 1_000_000),
    ("scenarios/japan-rare-earths-uncertain", 500_000),
]


def spent(command, **options):
    """What a command says, its seconds by the clock and of the processor, and its greatest memory in kilobytes."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=out, stderr=err, **options)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        if process.returncode != 0:
            sys.exit(f"failed: {' '.join(map(str, command))}\n{err.read()}")
        said = out.read()
    return {"said": said, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss}


def best(measurements):
    """The least of each figure."""
    return {key: min(m[key] for m in measurements) for key in ("wall", "cpu", "peak")}


def environment(shortfall):
    """The machine, and what was measured."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "registers": "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "SSE2",
        "memory": memory,
        "system": f"{platform.system()} {platform.machine()}",
        "load": os.getloadavg()[0],
        "quick": FEWER > 1,
        "shortfall": spent([shortfall, "--version"])["said"].split()[1],
        "rustc": spent(["rustc", "--version"])["said"].split()[1],
        "python": platform.python_version(),
        "packages": {package: version(package) for _, package, _ in WEEKLY + MONTHLY},
    }


def peer(program, trials, cores, folder):
    """A peer's rates and memory, and the time it takes beside its trials."""
    values = folder / f"{program}.npz"
    env = {**os.environ, "NUMBA_NUM_THREADS": str(cores)}
    command = [sys.executable, HERE / f"{program}.py", "--cores", cores]
    found, starts = [], []
    for _ in range(REPEATS):
        whole = spent([*command, "--trials", trials, "--values", values], env=env)
        found.append(json.loads(whole["said"].splitlines()[-1]))
        starts.append(whole["wall"] - found[-1]["wall"])
    return {"trials": trials, "start": min(starts), **best(found)}


def run(shortfall, scenario, trials, threads, *more):
    return spent([shortfall, "run", scenario, "--trials", trials, "--threads", threads, "--quiet", *more])


def agreement(shortfall, scenario, programs, folder):
    """Whether the peers say what shortfall says."""
    summary = folder / "summary.json"
    summary.write_text(run(shortfall, scenario, TOLD // FEWER, 0, "--results", "none", "--format", "json")["said"])
    values = [folder / f"{program}.npz" for program, _, _ in programs]
    return json.loads(spent([sys.executable, HERE / "agree.py", summary, *values])["said"])


def rate(shortfall, name, trials, threads):
    figures = ["--results", "none", "--print", "cost.total.mean"]
    found = [run(shortfall, f"{name}.toml", trials, threads, *figures) for _ in range(REPEATS)]
    return {"trials": trials, **best(found)}


def million(shortfall, folder):
    """A million trials of benches/weekly.toml, by what is written."""
    found = {}
    for results in ("none", "summary", "all"):
        more = ["--results", results, "--out", folder / "million", "--force"]
        found[results] = best([run(shortfall, "benches/weekly.toml", 1_000_000, 2, *more) for _ in range(REPEATS)])
    return found


def moments(shortfall, folder):
    """What should be over at once: the median of 20."""
    case, example = "scenarios/japan-rare-earths-660bn.toml", "tests/data/example.toml"
    case_run = ["run", case, "--trials", 10_000, "--quiet", "--out", folder / "case", "--force", "--results"]
    commands = {
        "version": ["--version"],
        "check": ["check", case],
        "check_example": ["check", example],
        "case_none": [*case_run, "none"],
        "case_all": [*case_run, "all"],
    }
    for name in ("benches/weekly", "benches/monthly"):
        commands[name] = ["run", f"{name}.toml", "--trials", 10, "--quiet", "--results", "none"]
    found = {}
    for name, command in commands.items():
        twenty = [spent([shortfall, *command]) for _ in range(20)]
        found[name] = {key: statistics.median(m[key] for m in twenty) for key in ("wall", "cpu")}
    return found


def scaling(shortfall, folder):
    """Microseconds of processor time a trial takes, by size."""
    sizes = {
        "materials": (scenarios.materials, [1, 3, 10, 30, 100], lambda n: 200_000 // FEWER // (n + 4)),
        "controls": (scenarios.controls, [1, 5, 20, 50], lambda n: 50_000 // FEWER),
        "quiet": (scenarios.quiet, [1, 5, 25, 100], lambda n: 500_000 // FEWER),
    }
    found = {}
    for name, (write, counts, trials) in sizes.items():
        found[name] = []
        for count in counts:
            file, n = folder / f"{name}.toml", trials(count)
            file.write_text(write(count))
            cost = [
                min(run(shortfall, file, m, 1, "--results", "none", "--print", "cost.total.mean")["cpu"] for _ in range(REPEATS))
                for m in (512, n + 512)
            ]
            found[name].append((count, 1e6 * (cost[1] - cost[0]) / n))
    return found


def measure(shortfall, folder):
    """Everything the page is made of."""
    def step(what):
        print(f"{time.perf_counter() - began:4.0f} s  {what}", flush=True)

    began = time.perf_counter()
    found = {"environment": environment(shortfall), "told": TOLD // FEWER}
    step("moments")
    found["moments"] = moments(shortfall, folder)
    step("rates")
    found["rates"] = {
        name: {threads: rate(shortfall, name, trials // FEWER, threads) for threads in (1, 2)} for name, trials in RATES
    }
    step("a million trials")
    found["million"] = million(shortfall, folder)
    step("sizes")
    found["scaling"] = scaling(shortfall, folder)
    found["peers"] = {}
    for program, package, trials in WEEKLY + MONTHLY:
        step(program)
        found["peers"][program] = {"package": package, 1: peer(program, trials // FEWER, 1, folder)}
        if (program, package, trials) in WEEKLY:
            found["peers"][program][2] = peer(program, 2 * trials // FEWER, 2, folder)
    step("agreement")
    found["agreement"] = {
        "weekly": agreement(shortfall, "benches/weekly.toml", WEEKLY, folder),
        "monthly": agreement(shortfall, "benches/monthly.toml", MONTHLY, folder),
    }
    found["seconds"] = time.perf_counter() - began
    return found


def main():
    if not set(sys.argv[3:]) <= {"--again", "--quick"}:
        sys.exit(__doc__)
    shortfall, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    kept = folder / "measured.json"
    if "--again" not in sys.argv[3:]:
        kept.write_text(json.dumps(measure(shortfall, folder), indent=1))
    found = json.loads(kept.read_text())
    found["engine"] = json.loads((folder / "floor.json").read_text())
    text = page.write(found, (HERE / "page.md").read_text())
    (ROOT / "docs" / "performance.md").write_text(text)
    print("docs/performance.md is written")


if __name__ == "__main__":
    main()
