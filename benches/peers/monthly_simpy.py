"""benches/monthly.toml in SimPy: each control is a process that waits, bans and waits again; the market is another one,
which settles accounts at the end of every month."""

import random

import numpy as np
import simpy

import tell
from monthly import *


class Trade:
    """What is banned now, and what has been since the month began."""

    def __init__(self, env):
        self.env, self.began = env, 0.0
        self.blocked = dict.fromkeys(SHARES, 0.0)
        self.since = dict.fromkeys(SHARES, 0.0)
        self.sums = dict.fromkeys(SHARES, 0.0)
        self.first, self.standing = None, False

    def block(self, control, share):
        """From now on `share` of the control's source is blocked."""
        now = self.env.now
        self.sums[control] += self.blocked[control] * (now - self.since[control])
        self.blocked[control], self.since[control] = share, now
        if share > 0 and self.first is None:
            self.first = now

    def month(self):
        """Closes the month, and opens the next."""
        for control, share in self.blocked.items():
            self.block(control, share)
        result = (self.began, {c: s / MONTH for c, s in self.sums.items()}, self.first, self.standing)
        self.sums = dict.fromkeys(SHARES, 0.0)
        self.standing = any(share > 0 for share in self.blocked.values())
        self.began = self.env.now
        self.first = self.began if self.standing else None
        return result


def triangular(rng, law):
    low, mode, high = law
    return low if low == high else rng.triangular(low, high, mode)


def control(env, name, trade, rng):
    while True:
        yield env.timeout(rng.expovariate(RATES[name]))
        trade.block(name, triangular(rng, BLOCKS[name]))
        yield env.timeout(triangular(rng, LASTS[name]))
        trade.block(name, 0.0)


def accounts(env, trade, market):
    for _ in range(MONTHS):
        yield env.timeout(MONTH)
        market.month(*trade.month())


def run(rng):
    env = simpy.Environment()
    trade = Trade(env)
    market = Market(lambda: triangular(rng, LEADS), triangular(rng, PREMIUMS))
    for name in SHARES:
        env.process(control(env, name, trade, rng))
    env.run(until=env.process(accounts(env, trade, market)))
    return market.outputs()


def simulate(trials, seed, cores):
    rng = random.Random(seed)
    rows = [run(rng) for _ in range(trials)]
    return {name: np.array([row[name] for row in rows]) for name in OUTPUTS}


if __name__ == "__main__":
    tell.main("SimPy", simulate)
