"""The figures of benches/weekly.toml: masses in tonnes a step, times in days, money in yen."""

import math

STEP, STEPS = 7.0, 261
RATE = -math.log1p(-0.15) / 365.25
MEDIAN, P90 = 3 * 30.4375, 9 * 30.4375
MU, SIGMA = math.log(MEDIAN), (math.log(P90) - math.log(MEDIAN)) / 1.2815515655446004
USE = 18835 / 365.25 * STEP
SHARE, HEADROOM = 0.6, 0.10
TARGET = 60 / STEP * USE
PILE = 60 / STEP * USE
RELEASE, REFILL = 0.5 * USE, 0.1 * USE
PILE_LEAD, LEAD, RAMP = 30.0, 180.0, 365.25
CAPACITY = 3000 / 365.25 * STEP
VALUE_ADDED = 4.4e12 / 365.25 * STEP
PRICE, PREMIUM = 15.7e6, 0.6
EPSILON = 1e-9
