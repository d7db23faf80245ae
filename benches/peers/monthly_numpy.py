"""benches/monthly.toml in numpy, vectorised over trials; `flows` serves OpenTURNS too."""

import numpy as np

import tell
from monthly import *

# As many at a time as stay in the cache.
CHUNK = 20_000


def bans(clocks, lasts):
    """When the bans of one control start and end, from the waiting times and durations in columns."""
    ends = np.cumsum(clocks + lasts, 1)
    return ends - lasts, ends


def ramped(x, ramp):
    """The integral of a ramp from 0 up to x."""
    x = np.maximum(x, 0)
    return np.where(x < ramp, x * x / (2 * ramp), x - ramp / 2)


def month(k, spells):
    """Of month k: what is left of the baseline supply, the first moment that a ban covers (or infinity), and whether one
    covers its beginning."""
    low, high = k * MONTH, (k + 1) * MONTH
    left, first, standing = 0.0, np.inf, False
    for c, (starts, ends, blocks) in spells.items():
        began = np.maximum(starts, low)
        overlap = np.clip(np.minimum(ends, high) - began, 0, None)
        left = left + SHARES[c] * (1 - (overlap * blocks).sum(1) / MONTH)
        first = np.minimum(first, np.where(overlap > 0, began, np.inf).min(1))
        standing = standing | ((starts <= low) & (ends > low)).any(1)
    return left, first, standing


def flows(spells, leads, premium):
    """The outputs, in rows, of trials with these bans: by control starts, ends and blocked shares in columns."""
    trials = len(premium)
    stock, pile = np.full(trials, TARGET), np.full(trials, PILE)
    began, lead, starts = np.full(trials, np.inf), np.zeros(trials), np.zeros(trials, int)
    sums = np.zeros((len(OUTPUTS), trials))
    for k in range(MONTHS):
        low, high = k * MONTH, (k + 1) * MONTH
        left, first, standing = month(k, spells)
        alert = np.isfinite(first)
        began = np.where(~standing & (stock >= TARGET * (1 - EPSILON)), np.inf, began)
        start = np.isinf(began) & alert
        began = np.where(start, first, began)
        lead = np.where(start, leads[np.arange(trials), np.minimum(starts, SLOTS - 1)], lead)
        starts += start
        x = began + lead
        supplier = np.where(np.isinf(x), 0, ramped(high - x, RAMP) - ramped(low - x, RAMP)) / MONTH
        x = began + PILE_LEAD
        reserve = (np.maximum(high - x, 0) - np.maximum(low - x, 0)) / MONTH

        wish = USE + TARGET - stock
        wanted = wish + np.where(alert, 0, np.minimum(REFILL, PILE - pile))
        base = USE * left
        sources = base * np.minimum(wanted / base, 1 + HEADROOM)
        asked = np.where(alert, wanted, np.minimum(USE, wanted))
        bought = np.maximum(0, np.minimum(CAPACITY * supplier, asked - sources))
        limit = np.minimum(pile, RELEASE * reserve)
        released = np.maximum(0, np.minimum(limit, np.minimum(USE, wanted) - sources - bought))
        inflow = sources + bought + released
        received = np.minimum(inflow, wish)
        pile = pile - released
        spare = np.maximum(0, np.minimum(np.minimum(inflow - received, REFILL), PILE - pile))
        pile = pile + np.where(alert, 0, spare)
        filled = np.minimum(1, (stock + received) / USE)
        stock = stock + received - USE * filled

        met = np.minimum(1, inflow / np.minimum(USE, wish))
        multiple = np.where(met < 1 - 1e-12, np.minimum(CAP, met ** (1 / ELASTICITY)), 1)
        sums[0] += USE * (1 - filled)
        sums[1] += bought
        sums[2] += released
        sums[3] += VALUE_ADDED * EXPOSED * (1 - filled)
        sums[4] += SPOT_SHARE * sources * PRICE * (multiple - 1)
        sums[5] += bought * PRICE * premium
    sums[6] = sums[3] + sums[4] + sums[5]
    return sums


def acting(spells, leads, premium):
    """The outputs of all trials; only those with a ban have to be walked, the others are 0."""
    acted = np.any([starts[:, 0] < HORIZON for starts, _, _ in spells.values()], 0)
    sums = np.zeros((len(OUTPUTS), len(premium)))
    spells = {c: [x[acted] for x in spell] for c, spell in spells.items()}
    sums[:, acted] = flows(spells, leads[acted], premium[acted])
    return sums


def triangular(rng, law, size):
    low, mode, high = law
    return np.full(size, low) if low == high else rng.triangular(low, mode, high, size)


def chunk(trials, rng):
    spells = {}
    for c in SHARES:
        starts, ends, now = [], [], np.zeros(trials)
        while (now < HORIZON).any():
            starts.append(now + rng.exponential(1 / RATES[c], trials))
            now = starts[-1] + triangular(rng, LASTS[c], trials)
            ends.append(now)
        starts, ends = np.stack(starts, 1), np.stack(ends, 1)
        spells[c] = starts, ends, triangular(rng, BLOCKS[c], starts.shape)
    return acting(spells, triangular(rng, LEADS, (trials, SLOTS)), triangular(rng, PREMIUMS, trials))


def simulate(trials, seed, cores):
    rng = np.random.default_rng(seed)
    sizes = [min(CHUNK, trials - i) for i in range(0, trials, CHUNK)]
    return dict(zip(OUTPUTS, np.concatenate([chunk(size, rng) for size in sizes], 1)))


if __name__ == "__main__":
    tell.main("numpy", simulate)
