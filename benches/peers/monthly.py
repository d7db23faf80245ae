"""The world of benches/monthly.toml: masses in tonnes, times in days, money in dollars; and one of its trials in plain
Python, for the tools that call a function for each trial.

Those tools, and OpenTURNS, want to know beforehand how many random inputs there are: SLOTS bans a control and as many lead
times. A further ban within the year has a probability of less than one in 100,000.
"""

import math

MONTH, MONTHS = 30.4375, 12
HORIZON = MONTHS * MONTH
USE = 150 / 365.25 * MONTH
HEADROOM, EPSILON = 0.10, 1e-9
PRICE, ELASTICITY, CAP, SPOT_SHARE = 300_000.0, -0.4, 8.0, 0.2
TARGET = 45 / 365.25 * 150
PILE = 30 / 365.25 * 150
RELEASE, REFILL, PILE_LEAD = 0.5 * USE, 0.1 * USE, 15.0
CAPACITY, RAMP = 40 / 365.25 * MONTH, 3 * MONTH
EXPOSED, VALUE_ADDED = 0.6, 20e9 / 365.25 * MONTH

# By control: share of its source, onsets a day, what a ban blocks, how long it lasts; triangular: min, mode, max.
SHARES = {"a": 0.60, "b": 0.25, "c": 0.15}
RATES = {c: -math.log1p(-p) / 365.25 for c, p in {"a": 0.25, "b": 0.05, "c": 0.02}.items()}
BLOCKS = {"a": (0.3, 0.7, 1.0), "b": (0.1, 0.5, 1.0), "c": (1.0, 1.0, 1.0)}
LASTS = {
    "a": (1 * MONTH, 4 * MONTH, 12 * MONTH),
    "b": (1 * MONTH, 3 * MONTH, 9 * MONTH),
    "c": (1 * MONTH, 6 * MONTH, 12 * MONTH),
}
LEADS = (2 * MONTH, 4 * MONTH, 9 * MONTH)
PREMIUMS = (0.2, 0.5, 2.0)
SLOTS = 3

OUTPUTS = [
    "shortfall.metal.tonnes",
    "options.alternative.delivered",
    "options.reserve.delivered",
    "cost.lost_output",
    "cost.price",
    "cost.premiums",
    "cost.total",
]


def inputs():
    """The random inputs of a trial by name, with the law: ("exponential", rate) or ("triangular", (min, mode, max))."""
    laws = {}
    for c in SHARES:
        for slot in range(SLOTS):
            laws[f"{c}_clock_{slot}"] = ("exponential", RATES[c])
            laws[f"{c}_lasts_{slot}"] = ("triangular", LASTS[c])
            if BLOCKS[c][0] < BLOCKS[c][2]:
                laws[f"{c}_blocks_{slot}"] = ("triangular", BLOCKS[c])
    for slot in range(SLOTS):
        laws[f"lead_{slot}"] = ("triangular", LEADS)
    laws["premium"] = ("triangular", PREMIUMS)
    return laws


def scipy_law(kind, parameters):
    """A law of `inputs` as a distribution of scipy.stats and its arguments."""
    import scipy.stats

    if kind == "exponential":
        return scipy.stats.expon, {"scale": 1 / parameters}
    low, mode, high = parameters
    return scipy.stats.triang, {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}


def bans(drawn):
    """The bans of each control within the horizon: (start, end, blocked)."""
    found = {}
    for c in SHARES:
        found[c], now = [], 0.0
        for slot in range(SLOTS):
            start = now + drawn[f"{c}_clock_{slot}"]
            if start >= HORIZON:
                break
            now = start + drawn[f"{c}_lasts_{slot}"]
            found[c].append((start, now, drawn.get(f"{c}_blocks_{slot}", 1.0)))
    return found


def ramped(x, ramp):
    """The integral of a ramp from 0 up to x."""
    if x <= 0:
        return 0.0
    return x * x / (2 * ramp) if x < ramp else x - ramp / 2


class Market:
    """The market for the metal: stocks, what stands by, and what came of it so far."""

    def __init__(self, leads, premium):
        """`leads` gives the next lead time."""
        self.leads, self.premium = leads, premium
        self.stock, self.pile = TARGET, PILE
        self.began = self.lead = None
        self.short = self.delivered = self.released = 0.0
        self.lost = self.price = self.premiums = 0.0

    def month(self, low, blocked, first, standing):
        """The month from day `low`: the share of each source that is blocked on average, the first moment of it that a ban
        covers (or none), and whether one covers its beginning."""
        high = low + MONTH
        if not standing and self.stock >= TARGET * (1 - EPSILON):
            self.began = None
        if self.began is None and first is not None:
            self.began, self.lead = first, self.leads()
        supplier = reserve = 0.0
        if self.began is not None:
            x = self.began + self.lead
            supplier = (ramped(high - x, RAMP) - ramped(low - x, RAMP)) / MONTH
            x = self.began + PILE_LEAD
            reserve = (max(high - x, 0.0) - max(low - x, 0.0)) / MONTH

        alert = first is not None
        wish = USE + TARGET - self.stock
        wanted = wish + (0.0 if alert else min(REFILL, PILE - self.pile))
        base = USE * sum(share * (1 - blocked[c]) for c, share in SHARES.items())
        sources = base * min(wanted / base, 1 + HEADROOM)
        bought = max(0.0, min(CAPACITY * supplier, (wanted if alert else min(USE, wanted)) - sources))
        limit = min(self.pile, RELEASE * reserve)
        released = max(0.0, min(limit, min(USE, wanted) - sources - bought))
        inflow = sources + bought + released
        received = min(inflow, wish)
        self.pile -= released
        if not alert:
            self.pile += max(0.0, min(inflow - received, REFILL, PILE - self.pile))
        filled = min(1.0, (self.stock + received) / USE)
        self.stock += received - USE * filled

        met = min(1.0, inflow / min(USE, wish))
        multiple = min(CAP, met ** (1 / ELASTICITY)) if met < 1 - 1e-12 else 1.0
        self.short += USE * (1 - filled)
        self.delivered += bought
        self.released += released
        self.lost += VALUE_ADDED * EXPOSED * (1 - filled)
        self.price += SPOT_SHARE * sources * PRICE * (multiple - 1)
        self.premiums += bought * PRICE * self.premium

    def outputs(self):
        cost = self.lost + self.price + self.premiums
        values = (self.short, self.delivered, self.released, self.lost, self.price, self.premiums, cost)
        return dict(zip(OUTPUTS, values))


def trial(drawn):
    """One trial from its random inputs, by name."""
    leads = iter([drawn[f"lead_{slot}"] for slot in range(SLOTS)])
    market = Market(lambda: next(leads), drawn["premium"])
    found = bans(drawn)
    for k in range(MONTHS):
        low, high = k * MONTH, (k + 1) * MONTH
        blocked, first, standing = {}, None, False
        for c, spells in found.items():
            blocked[c] = 0.0
            for start, end, share in spells:
                overlap = min(end, high) - max(start, low)
                if overlap > 0:
                    blocked[c] += share * overlap / MONTH
                    first = max(start, low) if first is None else min(first, max(start, low))
                    standing |= start <= low
        market.month(low, blocked, first, standing)
    return market.outputs()
