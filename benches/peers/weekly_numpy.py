"""benches/weekly.toml in numpy, vectorised over trials; on several cores by as many processes."""

import multiprocessing
import time

import numpy as np

import tell
from weekly import *

# As many at a time as stay in the cache.
CHUNK = 10_000


def events(trials, rng):
    """The bans of each trial: where they start and where they end, in columns, until all are beyond the horizon."""
    starts, ends, now = [], [], np.zeros(trials)
    while (now <= STEP * STEPS).any():
        starts.append(now + rng.exponential(1 / RATE, trials))
        now = starts[-1] + np.exp(MU + SIGMA * rng.standard_normal(trials))
        ends.append(now)
    return np.stack(starts, 1), np.stack(ends, 1)


def ramped(x, ramp):
    """The integral of the ramp from 0 up to x."""
    x = np.where(np.isfinite(x), np.maximum(x, 0), 0)
    if ramp <= 0:
        return x
    return np.where(x < ramp, x * x / (2 * ramp), x - ramp / 2)


def flows(starts, ends):
    """What is short (tonnes) and what it costs (yen), trial by trial."""
    trials = len(starts)
    stock, pile = np.full(trials, TARGET), np.full(trials, PILE)
    began = np.full(trials, np.inf)
    short, cost = np.zeros(trials), np.zeros(trials)
    for k in range(STEPS):
        low, high = k * STEP, (k + 1) * STEP
        overlap = np.clip(np.minimum(ends, high) - np.maximum(starts, low), 0, None)
        blocked = overlap.sum(1) / STEP
        alert = blocked > 0
        first = np.where(overlap > 0, np.maximum(starts, low), np.inf).min(1)
        standing = ((starts <= low) & (ends > low)).any(1)
        rest = ~standing & (stock >= TARGET * (1 - EPSILON))
        began = np.where(rest, np.inf, began)
        began = np.where(np.isinf(began) & alert, first, began)

        def available(lead, ramp):
            return (ramped(high - began - lead, ramp) - ramped(low - began - lead, ramp)) / STEP

        wish = USE + TARGET - stock
        wanted = wish + np.where(alert, 0, np.minimum(REFILL, PILE - pile))
        base = USE * (SHARE * (1 - blocked) + (1 - SHARE))
        inflow = base * np.clip(wanted / base, 0, 1 + HEADROOM)
        asked = np.where(alert, wanted, np.minimum(USE, wanted))
        bought = np.clip(np.minimum(CAPACITY * available(LEAD, RAMP), asked - inflow), 0, None)
        inflow = inflow + bought
        limit = np.minimum(pile, RELEASE * available(PILE_LEAD, 0.0))
        released = np.clip(np.minimum(limit, np.minimum(USE, wanted) - inflow), 0, None)
        inflow = inflow + released
        received = np.minimum(inflow, wish)
        spare = np.clip(np.minimum(np.minimum(inflow - received, REFILL), PILE - pile), 0, None)
        pile = pile - released + np.where(alert, 0, spare)
        filled = np.minimum(1, (stock + received) / USE)
        stock = stock + received - USE * filled
        short += USE * (1 - filled)
        cost += bought * PRICE * PREMIUM + VALUE_ADDED * (1 - filled)
    return short, cost


def chunk(task):
    trials, seed = task
    began = time.process_time()
    rows = np.stack(flows(*events(trials, np.random.default_rng(seed))))
    return rows, time.process_time() - began


def simulate(trials, seed, cores):
    sizes = [min(CHUNK, trials - i) for i in range(0, trials, CHUNK)]
    tasks = list(zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes))))
    children = 0.0
    if cores == 1:
        done = [chunk(task) for task in tasks]
    else:
        with multiprocessing.Pool(cores) as pool:
            done = pool.map(chunk, tasks)
        children = sum(cpu for _, cpu in done)
    short, cost = np.concatenate([rows for rows, _ in done], 1)
    return {"shortfall.ree.tonnes": short, "cost.total": cost}, children


if __name__ == "__main__":
    tell.main("numpy", simulate)
