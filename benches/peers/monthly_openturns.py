"""benches/monthly.toml in OpenTURNS: a joint distribution of the random inputs, and a function over samples of it."""

import numpy as np
import openturns as ot

import tell
from monthly import *
from monthly_numpy import acting, bans

# As many at a time as stay in the cache.
CHUNK = 20_000

LAWS = inputs()
COLUMNS = {name: column for column, name in enumerate(LAWS)}


def law(kind, parameters):
    return ot.Exponential(parameters) if kind == "exponential" else ot.Triangular(*parameters)


def evaluate(sample):
    drawn = np.asarray(sample)

    def slots(name):
        return drawn[:, [COLUMNS[f"{name}_{slot}"] for slot in range(SLOTS)]]

    spells = {}
    for c in SHARES:
        starts, ends = bans(slots(f"{c}_clock"), slots(f"{c}_lasts"))
        blocks = slots(f"{c}_blocks") if f"{c}_blocks_0" in COLUMNS else np.ones_like(starts)
        spells[c] = starts, ends, blocks
    return acting(spells, slots("lead"), drawn[:, COLUMNS["premium"]]).T


def simulate(trials, seed, cores):
    ot.RandomGenerator.SetSeed(seed)
    joint = ot.JointDistribution([law(*about) for about in LAWS.values()])
    model = ot.PythonFunction(len(LAWS), len(OUTPUTS), func_sample=evaluate)
    sizes = [min(CHUNK, trials - i) for i in range(0, trials, CHUNK)]
    found = np.concatenate([np.asarray(model(joint.getSample(size))) for size in sizes])
    return dict(zip(OUTPUTS, found.T))


if __name__ == "__main__":
    tell.main("OpenTURNS", simulate)
