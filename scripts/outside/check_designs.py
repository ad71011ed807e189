#!/usr/bin/env python3
"""Checks the design points of runs from outside, against what SciPy's samplers achieve.

    article5 run scripts/outside/latin-hypercube.toml --out latin-hypercube
    article5 run scripts/outside/sobol.toml --out sobol
    venv/bin/python scripts/outside/check_designs.py latin-hypercube sobol

A Latin hypercube has one point in each of n strata of every parameter; 2^m Sobol points have one in
each of 2^m. The centred discrepancy of either lies within what 100 seeds of the same sampler of
scipy.stats.qmc give, widened by a quarter of that spread on each side; random points lie above.
"""

import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import qmc

SEEDS = 100
SAMPLERS = {
    "latin-hypercube": lambda d, seed: qmc.LatinHypercube(d, rng=seed),
    "sobol": lambda d, seed: qmc.Sobol(d, scramble=True, rng=seed),
}


def in_the_unit_cube(run: Path, vary: dict) -> np.ndarray:
    design = pd.read_csv(run / "design.csv")
    point, *keys = design.columns
    assert point == "point" and set(keys) == set(vary), design.columns
    assert (design.point == np.arange(len(design))).all()
    low = np.array([vary[key]["low"] for key in keys])
    high = np.array([vary[key]["high"] for key in keys])
    return (design[keys].to_numpy() - low) / (high - low)


def check_strata(points: np.ndarray):
    n = len(points)
    for column in np.floor(points * n).astype(int).T:
        assert (np.sort(column) == np.arange(n)).all(), "a stratum without its point"


def check_discrepancy(points: np.ndarray, kind: str):
    def centred(sample):
        return qmc.discrepancy(sample, method="CD")

    n, d = points.shape
    theirs = [centred(SAMPLERS[kind](d, seed).random(n)) for seed in range(SEEDS)]
    random = [centred(np.random.default_rng(seed).random((n, d))) for seed in range(SEEDS)]
    margin = (max(theirs) - min(theirs)) / 4
    own = centred(points)
    assert min(theirs) - margin <= own <= max(theirs) + margin, (own, min(theirs), max(theirs))
    assert own < min(random), (own, min(random))
    return f"{own:.5f}; SciPy's {min(theirs):.5f} to {max(theirs):.5f}; random {min(random):.5f} up"


for run in map(Path, sys.argv[1:]):
    design = tomllib.loads((run / "configuration.toml").read_text())["design"]
    points = in_the_unit_cube(run, design["vary"])
    check_strata(points)
    told = check_discrepancy(points, design["kind"])
    print(f"{run}: {len(points)} points in {points.shape[1]} dimensions, discrepancy {told}")
