"""Sensitivity of the model's own outcomes, against SALib on the same design.

    pip install -r requirements.txt
    article5 sensitivity ../../configs/sensitivity.toml --replicates 20 --out run
    python check_sensitivity.py run

reads design.csv, responses.csv and sensitivity.csv of the run's folder. SALib knows nothing of
replicate noise, so what is compared is what does not depend on taking it out: the total index with
noise of a Saltelli design, mu and mu* of a Morris design. Exit code 1 where they differ.
"""

import sys

import numpy as np
import pandas as pd
from SALib.analyze import morris, sobol

TOLERANCE = 1e-9
LEVELS = 4


def compare(what, ours, theirs):
    worst = np.max(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)))
    print(f"{what}: {len(ours)} parameters, largest difference {worst:.1e}")
    return worst <= TOLERANCE


def check(folder):
    design = pd.read_csv(f"{folder}/design.csv").set_index("point")
    responses = pd.read_csv(f"{folder}/responses.csv", keep_default_na=False)
    table = pd.read_csv(f"{folder}/sensitivity.csv", keep_default_na=False)
    names = list(design.columns)
    bounds = [[design[name].min(), design[name].max()] for name in names]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds}
    same, compared = True, 0
    for key, own in table.groupby(["scenario", "reference", "outcome"]):
        of_key = (responses[["scenario", "reference", "outcome"]] == list(key)).all(axis=1)
        y = responses[of_key].sort_values("point")["mean"].to_numpy()
        own = own.set_index("parameter").loc[names]
        about = " ".join(part for part in key if part)
        if own["method"].iloc[0] == "sobol":
            found = sobol.analyze(problem, y, calc_second_order=False, num_resamples=2)
            same &= compare(f"{about}, total index", own["total_with_noise"], found["ST"])
        else:
            found = morris.analyze(problem, design.to_numpy(), y, num_levels=LEVELS, num_resamples=2)
            same &= compare(f"{about}, mu", own["mu"], found["mu"])
            same &= compare(f"{about}, mu*", own["mu_star"], found["mu_star"])
        compared += 1
    return same and compared > 0


sys.exit(0 if check(sys.argv[1]) else 1)
