#!/usr/bin/env python3
"""Judges the claims of a run anew, with NumPy, pandas and SciPy.

    article5 claims scripts/outside/claims.toml --out run
    venv/bin/python scripts/outside/check_claims.py run

The run must hold `trajectories.csv` of its baseline. Compared are each claim's effect with its
interval, variance ratio and p-values, worked out from single replicates; the findings, shares and
verdict, from the intervals at the points; the parameters that decide. How many replicates would
settle a claim is estimated on another support: a regular grid of true effects instead of those
found. The regret of policies comes of their risks at the points. Scores of paired risks come of a likelihood that is searched.
"""

import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, stats

from check_statistics import Tally, bonett_price, is_rare, outcomes, rare, read_trajectories, risks, student

Z = stats.norm.ppf(0.975)
MOST_OF_SPACE = 0.9
MAX_TIMES = 64
GRID, STEPS = 300, 3000
# Two estimates of an expected share, on other supports, agree to this.
SHARE_WITHIN = 0.03
# What is said of a claim that hangs on points at which too little happens.
TOO_FEW = " to tell; "
RISKS = [
    "tiered", "tiered_allied", "tiered_moscow", "ruptured", "war_resumed", "ally_attacked",
    "us_russia_war", "backstop_abandoned",
]  # fmt: skip


class Baseline:
    """The replicates at the defaults."""

    def __init__(self, run):
        self.rows = read_trajectories(run)
        self.found = outcomes(self.rows, pd.read_csv(run / "alliance.csv"))
        replicate = [self.rows.scenario, self.rows.replicate]
        self.happened = risks(self.rows).groupby(replicate).cummax().astype(float)

    def values(self, scenario, outcome, quarter):
        table = self.happened if outcome in RISKS else self.found
        here = (self.rows.scenario == scenario) & (self.rows.quarter == quarter)
        return table.loc[here, outcome].to_numpy(float)

    def side(self, claim, scenario):
        """The quantity, and what it is divided by, of each replicate."""
        value = self.values(scenario, claim["outcome"], claim["quarter"])
        if "since" in claim:
            value = value - self.values(scenario, claim["outcome"], claim["since"])
        per = self.values(scenario, claim["per"], claim["quarter"]) if "per" in claim else None
        return value, per


def linear(value, per):
    """The level, and what each replicate adds to it: the influence function of a ratio of means."""
    if per is None:
        return value.mean(), value
    ratio = value.mean() / per.mean()
    return ratio, ratio + (value - ratio * per) / per.mean()


def numerators(value, per):
    """What each replicate adds to a mean, or to a ratio of means whose divisor is taken as known."""
    return value if per is None else value / per.mean()


def interval_of(adding, influence, least):
    """Student's, of the influence function, unless few replicates add anything; none adds less than `least`."""
    return rare(adding, (least, np.inf)) if is_rare(adding) else student(influence)


def effect(claim, baseline):
    """The effect, its interval, and the variance that pairing saved."""
    treatment = baseline.side(claim, claim["treatment"])
    level, own = linear(*treatment)
    adding = numerators(*treatment)
    is_risk = claim["outcome"] in RISKS and "per" not in claim and "since" not in claim
    if "control" not in claim:
        if is_risk:
            interval = stats.binomtest(int(own.sum()), len(own)).proportion_ci(method="exact")
            return level, interval.low, interval.high, np.nan
        can_fall = "since" in claim and claim["outcome"] not in RISKS
        return level, *interval_of(adding, own, -np.inf if can_fall else 0.0), np.nan
    compared = baseline.side(claim, claim["control"])
    control, other = linear(*compared)
    difference = own - other
    gain = (own.var(ddof=1) + other.var(ddof=1)) / difference.var(ddof=1)
    if is_risk:
        return level - control, *bonett_price(own, other), gain
    adding = adding - numerators(*compared)
    low, high = (end - difference.mean() for end in interval_of(adding, difference, -np.inf))
    return level - control, level - control + low, level - control + high, gain


def paired_score(own, other, truth):
    """The score test that the difference of two paired chances is `truth` (Tango 1998)."""
    n, first, second = len(own), (own > other).sum(), (own < other).sum()

    def surprise(only_second):
        chances = np.array([only_second + truth, only_second, 1 - truth - 2 * only_second])
        counts = np.array([first, second, n - first - second])
        seen = counts > 0
        return -(counts[seen] * np.log(np.maximum(chances[seen], 1e-300))).sum()

    least, most = max(0.0, -truth), (1 - truth) / 2
    found = optimize.minimize_scalar(surprise, bounds=(least, most), method="bounded", options={"xatol": 1e-14})
    only_second = min([found.x, least, most], key=surprise)
    error = np.sqrt((2 * only_second + truth - truth**2) / n)
    return ((first - second) / n - truth) / error


def p_value(claim, baseline, value, low, high, bounds):
    """Of the nearest bound: by the exact test of a chance, by the score of a difference of two, else by the interval's width: Student's, or of what
    few replicates make up that of the bound's side."""
    ends = [bound for bound in bounds if np.isfinite(bound)]
    if claim["outcome"] in RISKS and "per" not in claim and "since" not in claim:
        own = baseline.side(claim, claim["treatment"])[0]
        if "control" in claim:
            other = baseline.side(claim, claim["control"])[0]
            scores = [paired_score(own, other, end) for end in ends]
        else:
            happened, n = own.sum(), len(own)
            tails = [min(stats.binom.cdf(happened, n, end), stats.binom.sf(happened - 1, n, end)) for end in ends]
            return min(1, 2 * max(tails))
    else:
        sides = [claim[side] for side in ("treatment", "control") if side in claim]
        adding = [numerators(*baseline.side(claim, side)) for side in sides]
        if is_rare(adding[0] - adding[1] if len(adding) == 2 else adding[0]):
            scores = [Z * (value - end) / (value - low if end < value else high - value) for end in ends]
            return 2 * stats.norm.sf(min(abs(score) for score in scores))
        n = len(adding[0])
        centre, error = (low + high) / 2, (high - low) / (2 * stats.t.ppf(0.975, n - 1))
        return 2 * stats.t.sf(min(abs(centre - end) / error for end in ends), n - 1)
    return 2 * stats.norm.sf(min(abs(score) for score in scores))


def region(claim):
    """The effects that a claim allows."""
    least, most = claim.get("at_least"), claim.get("at_most")
    if claim["direction"] == "higher":
        return (0.0 if least is None else least), (np.inf if most is None else most)
    if claim["direction"] == "lower":
        return (-np.inf if least is None else least), (0.0 if most is None else most)
    return least, most


def finding(low, high, bounds):
    least, most = bounds
    if low > least and high < most:
        return "holds"
    return "reversed" if high < least or low > most else "unclear"


def expected_shares(points, bounds, times):
    """The shares of points that would hold and be contradicted with so many times the replicates."""
    value, error = points.effect.to_numpy(), (points.high - points.low).to_numpy() / (2 * Z)
    grid = np.linspace(value.min(), value.max(), GRID)
    likelihood = stats.norm.pdf(value[:, None], grid, error[:, None])
    weight = np.full(GRID, 1 / GRID)
    for _ in range(STEPS):
        posterior = likelihood * weight
        posterior /= posterior.sum(axis=1, keepdims=True)
        weight = posterior.mean(axis=0)
    shares = []
    for factor in times:
        new = stats.norm(grid, error[:, None] / np.sqrt(factor))
        half = Z * error[:, None] / np.sqrt(factor)
        least, most = bounds
        holds = np.clip(new.cdf(most - half) - new.cdf(least + half), 0, None)
        reversed_ = new.cdf(least - half) + new.sf(most + half)
        shares.append(((posterior * holds).sum() / len(value), (posterior * reversed_).sum() / len(value)))
    return shares


def check_needed(row, points, found, bounds):
    """That so many replicates, and no fewer, would settle the claim; or that none would."""
    times = [2**power for power in range(1, MAX_TIMES.bit_length())]
    shares = dict(zip(times, expected_shares(points, bounds, times)))

    def short(factor):
        holds, reversed_ = shares[factor]
        sides = [(holds, found != "reversed"), (reversed_, found != "holds")]
        return MOST_OF_SPACE - max(share for share, counts in sides if counts)

    needed = row.replicates_needed / row.point_n if row.verdict == "undecided" else np.inf
    for factor in times:
        if factor < needed:
            assert short(factor) > -SHARE_WITHIN, f"{row.id}: {factor} times would do: {shares[factor]}"
        else:
            assert short(factor) < SHARE_WITHIN, f"{row.id}: {factor} times will not do: {shares[factor]}"


def verdict(found, holds, reversed_):
    """The verdict, or `None` where more replicates decide it."""
    if found == "holds" and holds >= MOST_OF_SPACE:
        return "holds"
    if found == "reversed" and reversed_ >= MOST_OF_SPACE:
        return "fails"
    if found == "unclear" and max(holds, reversed_) >= MOST_OF_SPACE:
        return "undecided"
    return None


def holm(p_values):
    order = np.argsort(p_values)
    adjusted = np.maximum.accumulate(np.sort(p_values) * np.arange(len(p_values), 0, -1)).clip(0, 1)
    return adjusted[np.argsort(order)]


def check_space(tally, row, points, bounds, found):
    findings = [finding(point.low, point.high, bounds) for point in points.itertuples()]
    assert (points.finding == findings).all(), f"{row.id}: findings"
    n, held = len(points), findings.count("holds")
    share = stats.binomtest(held, n).proportion_ci(method="wilson")
    reversed_ = findings.count("reversed") / n
    given = [row.points, row.share_of_space, row.share_low, row.share_high, row.share_reversed]
    tally.near(given, [n, held / n, share.low, share.high, reversed_], 1e-12, f"{row.id}: shares")
    expected = verdict(found, held / n, reversed_)
    if expected is None:
        assert row.verdict in ("depends", "undecided"), f"{row.id}: {row.verdict}"
        # Of few events nothing is foretold.
        if TOO_FEW in row.reason:
            assert row.verdict == "undecided" and np.isnan(row.replicates_needed), f"{row.id}: {row.reason}"
        else:
            check_needed(row, points, found, bounds)
    else:
        assert row.verdict == expected, f"{row.id}: {row.verdict}, not {expected}"
    quantiles = np.quantile(points.effect, [0.05, 0.5, 0.95])
    tally.near([row.effect_q05, row.effect_q50, row.effect_q95], quantiles, 1e-12, f"{row.id}: quantiles")


def check_parameters(tally, row, points, parameters, space):
    own = parameters[parameters.id == row.id]
    correlations = [stats.spearmanr(space[name], points.effect).statistic for name in own.parameter]
    tally.near(own.rank_correlation, correlations, 1e-10, f"{row.id}: rank correlations")
    p_values = 2 * stats.norm.sf(np.abs(correlations) * np.sqrt(len(points) - 1))
    tally.near(own.p_holm, holm(p_values), 1e-10, f"{row.id}: p_holm")
    hangs = row.verdict == "depends" or TOO_FEW in row.reason
    deciding = own.parameter[own.p_holm < 0.05].head(3) if hangs else []
    assert row.deciding == "; ".join(deciding), f"{row.id}: {row.deciding}"


def check_regret(tally, run):
    """The regret of each policy, from the risks at the points."""
    risks, decisions = pd.read_csv(run / "space_risks.csv"), pd.read_csv(run / "decisions.csv")
    for name, rows in decisions.groupby("risk"):
        by = risks[risks.risk == name].pivot(index="point", columns="scenario", values="by")
        regret = by[list(rows.scenario)].sub(by[list(rows.scenario)].min(axis=1), axis=0)
        found = rows.set_index("scenario")
        tally.near(found.regret_worst, regret.max(), 1e-12, f"{name}: regret_worst")
        tally.near(found.regret_mean, regret.mean(), 1e-12, f"{name}: regret_mean")
        tally.near(found.regret_p90, regret.quantile(0.9), 1e-12, f"{name}: regret_p90")
        leads = regret.eq(0).div(regret.eq(0).sum(axis=1), axis=0)
        tally.near(found.best_share, leads.mean(), 1e-12, f"{name}: best_share")


def main():
    run = Path(sys.argv[1])
    configuration = tomllib.loads((run / "configuration.toml").read_text())
    claims, baseline, tally = configuration["claim"], Baseline(run), Tally()
    table = pd.read_csv(run / "claims.csv", keep_default_na=False)
    numbers = ["effect", "low", "high", "p_value", "p_holm", "pairing_gain", "replicates_needed"]
    table[numbers] = table[numbers].apply(pd.to_numeric)
    points, parameters = pd.read_csv(run / "claim_points.csv"), pd.read_csv(run / "claim_parameters.csv")
    space, p_values = pd.read_csv(run / "space.csv"), []
    for claim, row in zip(claims, table.itertuples(), strict=True):
        claim.setdefault("quarter", configuration["quarters"])
        value, low, high, gain = effect(claim, baseline)
        tally.near([row.effect, row.low, row.high], [value, low, high], 1e-7, f"{row.id}: effect")
        tally.near(row.pairing_gain, gain, 1e-4 * gain, f"{row.id}: pairing_gain")
        bounds = region(claim)
        p_values.append(p_value(claim, baseline, value, low, high, bounds))
        own = points[points.id == row.id].sort_values("point")
        check_space(tally, row, own, bounds, finding(low, high, bounds))
        check_parameters(tally, row, own, parameters, space)
    check_regret(tally, run)
    tally.near(table.p_value, p_values, 1e-7, "p_value")
    tally.near(table.p_holm, holm(np.array(p_values)), 1e-7, "p_holm")
    print(f"{run}: {len(claims)} claims, {tally.made} numbers agree; {', '.join(table.verdict)}")


if __name__ == "__main__":
    main()
