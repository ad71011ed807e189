"""Reference numbers for the runner's designs and analyses, from SciPy, SALib and the EMA Workbench.

    pip install numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 SALib==1.6.0 ema_workbench==2.5.3
    python scripts/reference_analysis.py

writes the tables in crates/runner/tests/analysis/ and prints the numbers quoted in unit tests.
(Under pandas 3 the EMA Workbench 2.5.3 fails as soon as it pastes a whole number.)
"""

import csv
import pathlib

import numpy as np
import pandas as pd
from ema_workbench.analysis import prim
from SALib.analyze import morris as morris_analyze
from SALib.analyze import sobol as sobol_analyze
from SALib.sample import sobol as sobol_sample
from SALib.sample.morris import sample as morris_sample
from scipy.stats import binom, qmc

OUT = pathlib.Path(__file__).parent.parent / "crates/runner/tests/analysis"


def write(name, header, rows):
    with open(OUT / name, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows([[repr(float(value)) for value in row] for row in rows])


def sobol():
    bounds = [[-np.pi, np.pi]] * 3
    problem = {"num_vars": 3, "names": ["x0", "x1", "x2"], "bounds": bounds}
    x = sobol_sample.sample(problem, 64, calc_second_order=False, seed=1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    own = sobol_analyze.analyze(problem, y, calc_second_order=False, num_resamples=5000, seed=1)
    write("sobol.csv", ["outcome"], [[value] for value in y])
    columns = ["S1", "S1_conf", "ST", "ST_conf"]
    write("sobol_salib.csv", columns, zip(*(own[column] for column in columns)))


def morris():
    names = ["x0", "x1", "x2", "x3"]
    problem = {"num_vars": 4, "names": names, "bounds": [[0, 1]] * 4}
    x = morris_sample(problem, 20, num_levels=4, seed=1)
    y = 2 * x[:, 0] - x[:, 1] + 3 * x[:, 0] * x[:, 2] + x[:, 3] ** 3
    own = morris_analyze.analyze(problem, x, y, num_levels=4, num_resamples=5000, seed=1)
    write("morris.csv", [*names, "outcome"], np.column_stack([x, y]))
    columns = ["mu", "mu_star", "sigma", "mu_star_conf"]
    write("morris_salib.csv", columns, zip(*(own[column] for column in columns)))


def prim_boxes():
    rng = np.random.default_rng(5)
    x = rng.random((400, 4)).round(6)
    level = rng.integers(1, 7, 400)
    score = 1.6 * x[:, 0] - 1.1 * x[:, 2] + 0.15 * level + 0.25 * rng.standard_normal(400)
    y = score > 1.1
    second = (x[:, 1] < 0.25) & (x[:, 3] > 0.65)
    y |= second
    names = ["x0", "x1", "x2", "x3", "level"]
    table = pd.DataFrame(x, columns=names[:4])
    table["level"] = level
    write("prim.csv", [*names, "interest"], np.column_stack([x, level, y]))
    search = prim.Prim(table, y, threshold=0.5, peel_alpha=0.05)
    rows = []
    for number in range(2):
        box = search.find_box()
        for step, entry in box.peeling_trajectory.iterrows():
            limits = box.box_lims[step][names].to_numpy(float)
            quasi_p = [box.qp[step].get(name, [-1, -1]) for name in names]
            rows.append(
                [number, entry.coverage, entry.density, entry.mass]
                + [bound for name in range(5) for bound in limits[:, name]]
                + [value for pair in quasi_p for value in pair]
            )
    header = ["box", "coverage", "density", "mass"]
    header += [f"{name}_{end}" for name in names for end in ("low", "high")]
    header += [f"{name}_{end}_qp" for name in names for end in ("low", "high")]
    write("prim_ema.csv", header, rows)


def printed():
    first = qmc.Sobol(250, scramble=False, bits=53).random(8)
    print("unscrambled Sobol points:", first[:, [0, 1, 2, 7, 110, 249]].tolist())
    plain = qmc.Sobol(8, scramble=False, bits=53).random(256)
    print("their centred discrepancy:", qmc.discrepancy(plain, method="CD"))
    samplers = {
        "scrambled Sobol": lambda seed: qmc.Sobol(8, scramble=True, rng=seed).random(256),
        "Latin hypercube": lambda seed: qmc.LatinHypercube(8, rng=seed).random(256),
        "random": lambda seed: np.random.default_rng(seed).random((256, 8)),
    }
    for name, sampler in samplers.items():
        own = [qmc.discrepancy(sampler(seed), method="CD") for seed in range(200)]
        print(f"centred discrepancy, {name}: {min(own):.5f} to {max(own):.5f}")
    for k, n, p in [(60, 100, 0.5), (400, 420, 0.9), (5, 10, 0.1), (90, 100, 0.95), (300, 1000, 0.1)]:
        print("binomial tail:", k, n, p, binom.sf(k - 1, n, p))


OUT.mkdir(exist_ok=True)
sobol()
morris()
prim_boxes()
printed()
