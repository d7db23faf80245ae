"""benches/monthly.toml in the EMA Workbench: a model of uncertainties and outcomes around a function, and experiments."""

import warnings

warnings.simplefilter("ignore")

import numpy as np
from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator, perform_experiments
from ema_workbench.em_framework.samplers import MonteCarloSampler

import tell
from monthly import *


def outcomes(**drawn):
    # Its names may not have points.
    return {name.replace(".", "_"): value for name, value in trial(drawn).items()}


def simulate(trials, seed, cores):
    np.random.seed(seed)
    model = Model("monthly", function=outcomes)
    laws = {name: scipy_law(*law) for name, law in inputs().items()}
    model.uncertainties = [RealParameter.from_dist(name, dist(**with_)) for name, (dist, with_) in laws.items()]
    model.outcomes = [ScalarOutcome(name.replace(".", "_")) for name in OUTPUTS]
    with SequentialEvaluator(model) as evaluator:
        _, found = evaluator.perform_experiments(scenarios=trials, uncertainty_sampling=MonteCarloSampler())
    return {name: found[name.replace(".", "_")] for name in OUTPUTS}


if __name__ == "__main__":
    tell.main("EMA Workbench", simulate)
