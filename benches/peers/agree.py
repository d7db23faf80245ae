"""Holds the values of the peers against a run of shortfall: means, how often a value is above 0, and quantiles.

Usage: agree.py SUMMARY.json [VALUES.npz …]. Fails where they differ by more than their errors allow.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

# In standard errors; some 200 comparisons of agreeing tools exceed it by chance once in 10,000 times.
LIMIT = 5.0
QUANTILES = ["0.5", "0.75", "0.9", "0.95", "0.99"]


def share(found, known, trials, others):
    """How many standard errors two shares are apart."""
    error = math.sqrt(known * (1 - known) * (1 / trials + 1 / others))
    return abs(found - known) / error if error > 0 else 0.0


def comparisons(values, metric, others):
    """(what, how many standard errors apart)."""
    n = len(values)
    # What rounding leaves of nothing is nothing.
    values = np.where(values > 1e-9 * np.abs(values).max(), values, 0.0)
    mean = metric["mean"]
    yield "mean", abs(values.mean() - mean["value"]) / math.hypot(values.std() / math.sqrt(n), mean["se"])
    yield "share above 0", share((values > 0).mean(), metric["positive"]["value"], n, others)
    for level in QUANTILES:
        # A quantile is right where no more than its level lies below it, and no less up to it.
        at, level = metric["quantiles"][level]["value"], float(level)
        below, up_to = (values < at * (1 - 1e-9)).mean(), (values <= at * (1 + 1e-9)).mean()
        nearest = min(max(level, below), up_to)
        yield f"quantile {level:g}", share(nearest, level, n, others)


def main():
    summary = json.loads(Path(sys.argv[1]).read_text())
    worst, count = 0.0, 0
    for file in sys.argv[2:]:
        found = np.load(file)
        for name in found:
            for what, apart in comparisons(found[name], summary["metrics"][name], summary["trials"]):
                if not apart <= LIMIT:
                    sys.exit(f"failed: {Path(file).stem}: {what} of {name} is {apart:.1f} standard errors off")
                worst, count = max(worst, apart), count + 1
    print(json.dumps({"comparisons": count, "worst": worst}))


if __name__ == "__main__":
    main()
