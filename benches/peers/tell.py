"""How a peer is run: timed without its start-up, told as one line of JSON, its values kept for the comparison."""

import argparse
import json
import resource
import time

import numpy as np


def main(tool, simulate):
    """Runs `simulate(trials, seed, cores)`, which gives the values of the trials by the name of the metric, or those and
    the processor time that its child processes took."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--trials", type=int, required=True)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--cores", type=int, default=1)
    ask.add_argument("--values", help="the file for the values (.npz)")
    args = ask.parse_args()

    wall, cpu = time.perf_counter(), time.process_time()
    values = simulate(args.trials, args.seed, args.cores)
    values, children = values if isinstance(values, tuple) else (values, 0.0)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu + children

    if args.values:
        np.savez(args.values, **values)
    # In kilobytes on Linux; the processes together, where there are several.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if args.cores > 1:
        peak += args.cores * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"tool": tool, "trials": args.trials, "wall": wall, "cpu": cpu, "peak": peak}))
