"""The tables of docs/performance.md from what was measured."""

TITLES = {
    "weekly_numpy": "numpy, vectorised over trials",
    "weekly_numba": "numba, one compiled loop a trial",
    "monthly_numpy": "numpy, vectorised over trials",
    "monthly_openturns": "OpenTURNS, function over samples",
    "monthly_simpy": "SimPy, processes and events",
    "monthly_monaco": "Monaco",
    "monthly_ema": "EMA Workbench",
}
SCENARIOS = {
    "benches/weekly": "five years in weeks: one material, one control, a supplier and a stockpile",
    "benches/monthly": "a year in months: three controls, a supplier, a stockpile, a price effect",
    "benches/rare": "weekly, but three controls of 1 % a year: most trials see nothing",
    "tests/data/example": "nearly every key of the format: three materials, a process chain, groups of firms, 261 weeks, a control that acts from the start",
    "scenarios/japan-rare-earths-660bn": "one shock on a date, nothing drawn",
    "scenarios/japan-rare-earths-uncertain": "its duration drawn, stocks and options",
}


def count(x):
    """A number with three figures."""
    if x >= 9.995e5:
        return f"{x / 1e6:.3g} million"
    return f"{float(f'{x:.3g}'):,.0f}"


def times(x):
    return f"{x:.2g}" if x < 10 else f"{x:.0f}"


def mb(kilobytes):
    return f"{kilobytes * 1024 / 1e6:.0f} MB"


def ms(seconds):
    if seconds >= 0.9995:
        return f"{seconds:.1f} s"
    return f"{1e3 * seconds:.1f} ms" if seconds < 0.0995 else f"{1e3 * seconds:.0f} ms"


def table(head, rows):
    numbers = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, numbers, *rows])


def wall_rate(m):
    return m["trials"] / m["wall"]


def core_rate(m):
    return m["trials"] / m["cpu"]


def peers(found, scenario, programs, cores):
    """A line for shortfall and each of the programs."""
    head = ["", "trials a second of a core", "shortfall's over it"]
    head += ["trials a second on two cores", "shortfall's over it"] if cores else []
    head += ["start-up", "memory"]
    own = found["rates"][scenario]
    rows = [["**shortfall**, the whole command", count(core_rate(own["1"])), "1"]]
    rows[0] += [count(wall_rate(own["2"])), "1"] if cores else []
    rows[0] += [ms(found["moments"][scenario]["wall"]), mb(own["1"]["peak"])]
    for program in programs:
        one, two = found["peers"][program]["1"], found["peers"][program].get("2")
        row = [TITLES[program], count(core_rate(one)), times(core_rate(own["1"]) / core_rate(one))]
        row += [count(wall_rate(two)), times(wall_rate(own["2"]) / wall_rate(two))] if cores else []
        rows.append(row + [ms(one["start"]), mb(one["peak"])])
    return table(head, rows)


def rates(found):
    rows = []
    for name, threads in found["rates"].items():
        one, two = threads["1"], threads["2"]
        about = f"`{name}.toml`: {SCENARIOS[name]}"
        row = [about, count(core_rate(one)), count(wall_rate(two)), f"{one['wall'] / two['wall']:.2f}"]
        rows.append(row)
    return table(["", "trials a second of a core", "on two threads", "two threads over one"], rows)


def engine(found):
    """The engine alone, beside the whole command, in nanoseconds a trial."""
    rows = []
    for name in ("benches/weekly", "benches/monthly", "tests/data/example"):
        alone = found["engine"][name.rsplit("/")[-1]]
        whole = 1e9 / core_rate(found["rates"][name]["1"])
        rows.append([f"`{name}.toml`", f"{alone:,.0f}", f"{whole:,.0f}", count(1e9 / alone)])
    return table(["", "engine alone, ns a trial", "whole command, ns a trial", "engine alone, trials a second of a core"], rows)


def line(points):
    """a + b n by least squares of the relative errors: b, and the greatest relative error."""
    sums = [0.0] * 5
    for n, y in points:
        w = 1 / (y * y)
        for i, term in enumerate((w, w * n, w * n * n, w * y, w * n * y)):
            sums[i] += term
    s, sn, snn, sy, sny = sums
    b = (s * sny - sn * sy) / (s * snn - sn * sn)
    a = (sy - b * sn) / s
    return a, b, max(abs(a + b * n - y) / y for n, y in points)


def sizes(found):
    rows = []
    titles = {"materials": "materials, each with a sector and a supplier", "controls": "controls of one source"}
    for name, title in titles.items():
        points = found["scaling"][name]
        costs = ", ".join(f"{n}: {cost:.3g}" for n, cost in points)
        a, b, off = line(points)
        rows.append([title, costs, f"{a:.2g} + {b:.2g} n", f"{100 * off:.0f} %"])
    points = found["scaling"]["quiet"]
    rows.append(["years in which nothing happens", ", ".join(f"{n}: {cost:.3g}" for n, cost in points), "", ""])
    return table(["n", "microseconds a trial, by n", "straight line", "farthest from it"], rows)


def aims(found):
    """What is aimed at and what is reached."""
    at = {name: found["rates"][f"benches/{name}"] for name in ("weekly", "monthly")}
    beside = {p: wall_rate(at["weekly"]["2"]) / wall_rate(found["peers"][f"weekly_{p}"]["2"]) for p in ("numpy", "numba")}
    example = core_rate(found["rates"]["tests/data/example"]["1"])
    million, moment = found["million"], found["moments"]
    more = million["all"]["wall"] - million["none"]["wall"]
    floor = found["engine"]["weekly"] / found["engine"]["draws"]
    threads = {name: r["1"]["wall"] / r["2"]["wall"] for name, r in found["rates"].items()}
    fewest = min(threads.values())
    quiet = [cost for _, cost in found["scaling"]["quiet"]]
    slowest = max(moment["version"], moment["check"], moment["check_example"], key=lambda m: m["wall"])["wall"]
    monthly = core_rate(at["monthly"]["1"])
    rows = [
        ("weekly over numpy, two cores", "400 times", times(beside["numpy"]), beside["numpy"] >= 400),
        ("weekly over numba, two cores", "20 times", times(beside["numba"]), beside["numba"] >= 20),
        ("monthly, trials a second of a core", "10 million", count(monthly), monthly >= 1e7),
        ("example, trials a second of a core", "40,000", count(example), example >= 4e4),
        ("a million rows written in full, on two threads", "2 s more", f"{more:.1f} s more", more < 2),
        ("engine over its draws, weekly", "12 times", times(floor), floor <= 12),
        ("two threads over one, the least above", "1.9 times", f"{fewest:.2f}", fewest >= 1.9),
        ("`--version`, `check`", "10 ms", ms(slowest), slowest < 0.01),
        ("10,000 trials of the 660 case, nothing written", "50 ms", ms(moment["case_none"]["wall"]), moment["case_none"]["wall"] < 0.05),
        ("the same, all results written", "500 ms", ms(moment["case_all"]["wall"]), moment["case_all"]["wall"] < 0.5),
        ("memory, a million trials of weekly, nothing written", "100 MB", mb(million["none"]["peak"]), million["none"]["peak"] * 1024 <= 100e6),
        ("memory, the same, all results written", "250 MB", mb(million["all"]["peak"]), million["all"]["peak"] * 1024 <= 250e6),
        ("a trial of 100 quiet years over one of 1", "no dearer", f"{quiet[-1] / quiet[0]:.2f} times", quiet[-1] <= 1.1 * quiet[0]),
    ]
    return table(["", "aim", "measured", ""], [[a, b, c, "reached" if yes else "**missed**"] for a, b, c, yes in rows])


def bounds(found):
    """How many times its peers on two cores a program would be that only drew."""
    drawn = 2e9 / found["engine"]["draws"]
    peers = {name: wall_rate(found["peers"][f"weekly_{name}"]["2"]) for name in ("numpy", "numba")}
    return {f"drawn_{name}": times(drawn / rate) for name, rate in peers.items()}


def write(found, template):
    """The page: the template with its places filled."""
    env = found["environment"]
    packages = ", ".join(f"{name} {version}" for name, version in env["packages"].items())
    million = found["million"]
    doubts = [f"the machine was busy with other work (load {env['load']:.1f})"] * (env["load"] > 0.5 * env["cores"])
    doubts += ["the runs were short"] * env["quick"]
    places = {
        "machine": f"{env['cpu']}, {env['cores']} cores, {env['registers']}, {env['memory'] / 2**30:.0f} GiB, {env['system']}",
        "repeats": "A single measurement each" if env["quick"] else "Of three measurements the quickest counts",
        "versions": f"shortfall {env['shortfall']} (rustc {env['rustc']}); Python {env['python']},\n  {packages}",
        "load": f"**Provisional figures: {' and '.join(doubts)}.**\n`benches/peers/run` on a quiet machine renews them.\n\n"
        if doubts
        else "",
        "told": count(found["told"]),
        "aims": aims(found),
        "weekly": peers(found, "benches/weekly", ["weekly_numpy", "weekly_numba"], True),
        "monthly": peers(found, "benches/monthly", [p for p in TITLES if p.startswith("monthly")], False),
        "comparisons": str(sum(a["comparisons"] for a in found["agreement"].values())),
        "worst": f"{max(a['worst'] for a in found['agreement'].values()):.1f}",
        "rates": rates(found),
        "engine": engine(found),
        "floor": times(found["engine"]["weekly"] / found["engine"]["draws"]),
        "draws": f"{found['engine']['draws']:.0f}",
        **bounds(found),
        "sizes": sizes(found),
        "million": table(
            ["`--results`", "seconds", "of the processor", "memory"],
            [[f"`{k}`", f"{m['wall']:.1f}", f"{m['cpu']:.1f}", mb(m["peak"])] for k, m in million.items()],
        ),
        "moments": table(
            ["median of 20", "by the clock", "of the processor"],
            [
                [title, ms(found["moments"][key]["wall"]), ms(found["moments"][key]["cpu"])]
                for key, title in {
                    "version": "`shortfall --version`",
                    "check": "`shortfall check`, the 660 billion yen case",
                    "check_example": "`shortfall check tests/data/example.toml`",
                    "case_none": "10,000 trials of the 660 billion yen case, `--results none`",
                    "case_all": "the same with tables, stories and charts",
                }.items()
            ],
        ),
    }
    for name, text in places.items():
        if f"{{{name}}}" not in template:
            raise ValueError(f"page.md has no place for {name}")
        template = template.replace(f"{{{name}}}", text)
    return template
