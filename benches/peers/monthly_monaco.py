"""benches/monthly.toml in Monaco: random inputs with laws of scipy.stats, and the three functions of a simulation."""

import logging

import monaco
import numpy as np

import tell
from monthly import *


def preprocess(case):
    return ({name: var.val for name, var in case.invals.items()},)


def run(drawn):
    return (trial(drawn),)


def postprocess(case, outputs):
    for name, value in outputs.items():
        case.addOutVal(name, value)


def simulate(trials, seed, cores):
    functions = {"preprocess": preprocess, "run": run, "postprocess": postprocess}
    options = {"samplemethod": "random", "singlethreaded": True, "verbose": False}
    simulation = monaco.Sim("monthly", trials, functions, seed=seed, **options)
    for name, law in inputs().items():
        dist, arguments = scipy_law(*law)
        simulation.addInVar(name, dist=dist, distkwargs=arguments)
    simulation.runSim()
    return {name: np.array(simulation.outvars[name].vals) for name in OUTPUTS}


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    tell.main("Monaco", simulate)
