"""benches/weekly.toml in numba: one compiled loop a trial, over the cores by `prange`."""

import math

import numba
import numpy as np

import tell
from weekly import *


@numba.njit
def ramped(x, ramp):
    if x <= 0:
        return 0.0
    if ramp <= 0:
        return x
    return x * x / (2 * ramp) if x < ramp else x - ramp / 2


@numba.njit(parallel=True)
def seeded(seeds):
    # Each thread has a generator of its own, and gets a share of the seeds: its last one holds.
    for i in numba.prange(len(seeds)):
        np.random.seed(seeds[i])


@numba.njit(parallel=True)
def run(trials):
    shorts, costs = np.zeros(trials), np.zeros(trials)
    for trial in numba.prange(trials):
        starts, ends = np.empty(64), np.empty(64)
        bans, now = 0, 0.0
        while bans < 64:
            start = now + np.random.exponential(1 / RATE)
            if start >= STEPS * STEP:
                break
            now = start + math.exp(MU + SIGMA * np.random.standard_normal())
            starts[bans], ends[bans] = start, now
            bans += 1
        stock, pile, began = TARGET, PILE, -1.0
        short, cost = 0.0, 0.0
        for k in range(STEPS):
            low = k * STEP
            high = low + STEP
            blocked, first, standing = 0.0, -1.0, False
            for i in range(bans):
                overlap = min(ends[i], high) - max(starts[i], low)
                if overlap > 0:
                    blocked += overlap / STEP
                    if first < 0:
                        first = max(starts[i], low)
                if starts[i] <= low < ends[i]:
                    standing = True
            if began >= 0 and not standing and stock >= TARGET * (1 - EPSILON):
                began = -1.0
            if began < 0 and first >= 0:
                began = first
            supplier, reserve = 0.0, 0.0
            if began >= 0:
                x = began + LEAD
                supplier = (ramped(high - x, RAMP) - ramped(low - x, RAMP)) / STEP
                x = began + PILE_LEAD
                reserve = (ramped(high - x, 0.0) - ramped(low - x, 0.0)) / STEP
            alert = first >= 0
            wish = USE + TARGET - stock
            wanted = wish + (0.0 if alert else min(REFILL, PILE - pile))
            base = USE * (SHARE * (1 - blocked) + (1 - SHARE))
            inflow = base * min(max(wanted / base, 0.0), 1 + HEADROOM)
            bought = max(0.0, min(CAPACITY * supplier, (wanted if alert else min(USE, wanted)) - inflow))
            inflow += bought
            released = max(0.0, min(pile, RELEASE * reserve, min(USE, wanted) - inflow))
            inflow += released
            pile -= released
            received = min(inflow, wish)
            if not alert:
                pile += max(0.0, min(inflow - received, REFILL, PILE - pile))
            filled = min(1.0, (stock + received) / USE)
            stock += received - USE * filled
            short += USE * (1 - filled)
            cost += bought * PRICE * PREMIUM + VALUE_ADDED * (1 - filled)
        shorts[trial], costs[trial] = short, cost
    return shorts, costs


def simulate(trials, seed, cores):
    seeded(seed * 1000 + np.arange(1000))
    short, cost = run(trials)
    return {"shortfall.ree.tonnes": short, "cost.total": cost}


if __name__ == "__main__":
    # Compiled before it is timed; `NUMBA_NUM_THREADS` says on how many cores it runs.
    simulate(10, 1, 1)
    tell.main("numba", simulate)
