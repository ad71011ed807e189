#!/usr/bin/env python3
"""Works out the tables of a run anew, with NumPy, pandas and SciPy, from its single replicates.

    article5 run scripts/outside/every-table.toml --out run
    venv/bin/python scripts/outside/check_statistics.py run

The run must hold `trajectories.csv` and `replicates.csv`. Compared are every mean, deviation,
standard error, interval and quantile of summary.csv and members.csv, every count and interval of
risks.csv, every paired difference with its interval and variance ratio of comparisons.csv and
member_comparisons.csv, and every field of replicates.csv.
"""

import itertools
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
PLACE = ["point", "scenario"]
# Sums are in steps of 2^-32 of an outcome's range or finer: means agree to this share of it.
ROUNDING = 1e-9
BINS = 4096


def read_trajectories(run: Path) -> pd.DataFrame:
    rows = pd.read_csv(run / "trajectories.csv", keep_default_na=False)
    if "point" not in rows:
        rows["point"] = 0
    return rows


def lower_tier_gap(rows: pd.DataFrame, alliance: pd.DataFrame) -> np.ndarray:
    """The share of the frontline allies in the lower tier less that of the others, where tiered.

    The lower tier is so many of the least trusting allies that its mean and the others' are those of
    the table.
    """
    trust = rows[[f"trust_{iso3}" for iso3 in alliance.iso3]].to_numpy()
    order = np.argsort(trust, axis=1, kind="stable")
    below = np.cumsum(np.take_along_axis(trust, order, axis=1), axis=1)
    size = np.arange(1, trust.shape[1])
    lower = below[:, :-1] / size
    upper = (below[:, -1:] - below[:, :-1]) / (trust.shape[1] - size)
    off = abs(lower - rows[["tier_lower"]].to_numpy()) + abs(upper - rows[["tier_upper"]].to_numpy())
    size = size[off.argmin(axis=1)]
    rank = np.argsort(order, axis=1, kind="stable")
    inside = rank < size[:, None]
    front = alliance.frontline.to_numpy() == 1
    gap = inside[:, front].mean(axis=1) - inside[:, ~front].mean(axis=1)
    return np.where(rows.tiered.astype(bool), gap, 0.0)


def outcomes(rows: pd.DataFrame, alliance: pd.DataFrame) -> pd.DataFrame:
    """The outcomes of each replicate and quarter, by their names in the tables."""
    same = [
        "trust_mean", "frontline_trust", "rear_trust", "tier_upper", "tier_lower", "tier_gap",
        "tier_separation", "moscow_gap", "allied_gap", "force_share", "force", "autonomy",
        "effort_mean", "kyiv_capability", "moscow_capability", "likeness_marketed", "p_full_kyiv",
        "p_full_moscow", "hold_probability", "grievance", "arming", "diplomacy", "lobbying",
    ]  # fmt: skip
    found = rows[same].copy()
    found["optimism_gap"] = rows.p_full_kyiv - rows.p_full_moscow
    found["lower_tier_gap"] = lower_tier_gap(rows, alliance)
    found["arming_diplomacy"] = rows.arming + rows.diplomacy
    ukraine, challenged = rows.target == "UKR", rows.action != "hold"
    counted = {
        "probes_ukraine": (rows.action == "probe") & ukraine,
        "probes_allies": (rows.action == "probe") & ~ukraine,
        "attacks_ukraine": (rows.action == "attack") & ukraine,
        "attacks_allies": (rows.action == "attack") & ~ukraine,
        "incidents": rows.incident == 1,
        "answers_ukraine": challenged & ukraine,
        "full_answers_ukraine": challenged & ukraine & (rows.answer == "full"),
    }
    replicate = [rows.point, rows.scenario, rows.replicate]
    for name, happened in counted.items():
        found[name] = happened.astype(int).groupby(replicate).cumsum()
    return found


def risks(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether each risk holds at each replicate's quarter."""
    attack = rows.action == "attack"
    holds = {
        "tiered": rows.tiered,
        "tiered_allied": rows.tiered_allied,
        "tiered_moscow": rows.tiered_moscow,
        "ruptured": rows.ruptured,
        "war_resumed": rows.at_war,
        "ally_attacked": attack & (rows.target != "UKR"),
        "us_russia_war": attack & (rows.answer == "full"),
        "backstop_abandoned": rows.abandoned,
    }
    return pd.DataFrame({name: column.astype(bool) for name, column in holds.items()})


def widths(run: Path) -> dict:
    """An upper bound on the width of each outcome's histogram, 1 where it is not named.

    What the parameters allow, doubled, as ranges are rounded up to a power of two.
    """
    parameters = tomllib.loads((run / "configuration.toml").read_text())["parameters"]
    europe, russia, ukraine = (parameters[group] for group in ("europe", "russia", "ukraine"))
    most_arms = 3.0
    gain = ukraine["build_rate"] + ukraine["aid_rate"] * most_arms
    return {
        "optimism_gap": 2.0, "lower_tier_gap": 2.0,
        "force": 2 * europe["force_strength"],
        "effort_mean": 2 * europe["effort_max"],
        "moscow_capability": 2 * max(russia["capability0"], russia["capability_max"]),
        "kyiv_capability": 2 * max(ukraine["capability0"], gain / ukraine["depreciation"]),
    }


class Tally:
    """Counts comparisons, and stops at the first that fails."""

    def __init__(self):
        self.made = 0

    def near(self, given, expected, within, what):
        given, expected = np.asarray(given, float), np.asarray(expected, float)
        assert given.shape == expected.shape, f"{what}: {given.shape} against {expected.shape}"
        same = np.isnan(given) & np.isnan(expected)
        off = np.abs(given - expected)
        assert (same | (off <= within)).all(), f"{what}: off by {np.nanmax(off)}, allowed {within}"
        self.made += given.size


def check_spread(tally, table, values, span, prefix, what):
    """`table` has one row for each column of `values`, which has a row for each replicate."""
    n = len(values)
    tally.near(table.n, [n] * len(table), 0, f"{what}: n")
    tally.near(table[f"{prefix}mean"], values.mean(axis=0), ROUNDING * span, f"{what}: mean")
    sd = values.std(axis=0, ddof=1)
    tally.near(table[f"{prefix}sd"], sd, 1e-6 * span, f"{what}: sd")
    for name, level in LEVELS.items():
        expected = np.quantile(values, level, axis=0)
        tally.near(table[prefix + name], expected, span / BINS, f"{what}: {name}")
    for row, column in zip(table.itertuples(), values.T, strict=True):
        # What fewer carry has another interval, by the rule that comparisons.csv is checked by.
        if carried_by(column) >= RARE:
            (low, high), more, unsure = of_mean(column, span)
            if unsure:
                continue
            if prefix == "trust_":
                low, high = max(low, 0.0), min(high, 1.0)
            given = [getattr(row, f"{prefix}low"), getattr(row, f"{prefix}high")]
            tally.near(given, [low, high], 1e-6 * span + more, f"{what}: interval")
    return sd / np.sqrt(n)


def carried_by(values):
    """How many values are not the commonest one."""
    return len(values) - np.unique(values, return_counts=True)[1].max()


def wide(column: pd.Series, rows: pd.DataFrame) -> np.ndarray:
    """A row a replicate, a column a quarter of the run."""
    return column.to_numpy(float).reshape(-1, rows.quarter.max())


def columns(table: pd.DataFrame) -> np.ndarray:
    """The columns of the quarters that a table holds."""
    return table.quarter.to_numpy() - 1


def quarters_of(run: Path, rows: pd.DataFrame) -> tuple:
    """The quarters of the tables by quarter, and those of the comparisons."""
    configuration = tomllib.loads((run / "configuration.toml").read_text())
    output, last = configuration.get("output", {}), int(rows.quarter.max())
    every = [last] if "design" in configuration else range(1, last + 1)
    return output.get("quarters", every), {*output.get("comparison_quarters", []), last}


def check_complete(table, what, points, scenarios, column, names, quarters):
    """Whether a table has a row for each of these, and no other."""
    given = table[[*PLACE, column, "quarter"]].itertuples(index=False, name=None)
    expected = itertools.product(points, scenarios, names, quarters)
    assert sorted(given) == sorted(expected), f"{what}: not the rows that it should have"


def check_rows(run, rows, found, holds):
    """Whether the tables have all rows: what is not there is compared with nothing."""
    points, scenarios, allies = rows.point.unique(), rows.scenario.unique(), pd.read_csv(run / "alliance.csv").iso3
    shown, compared = quarters_of(run, rows)
    for name, column, names in [("summary", "outcome", found), ("risks", "risk", holds), ("members", "iso3", allies)]:
        table = pd.read_csv(run / f"{name}.csv")
        check_complete(table, f"{name}.csv", points, scenarios, column, names, shown)
    measured = [*found, *holds]
    for name, column, names in [("comparisons", "outcome", measured), ("member_comparisons", "iso3", allies)]:
        table = pd.read_csv(run / f"{name}.csv")
        # The first scenario is the one with which the others are compared.
        check_complete(table, f"{name}.csv", points, scenarios[1:], column, names, compared)


def check_summary(tally, run, rows, found, widths):
    summary = pd.read_csv(run / "summary.csv")
    for (point, scenario, outcome), table in summary.groupby([*PLACE, "outcome"]):
        here = (rows.point == point) & (rows.scenario == scenario)
        values = wide(found.loc[here, outcome], rows)[:, columns(table)]
        what = f"summary.csv {scenario} {point} {outcome}"
        error = check_spread(tally, table, values, widths.get(outcome, 1.0), "", what)
        tally.near(table.se, error, 1e-6 * widths.get(outcome, 1.0), f"{what}: se")


def check_members(tally, run, rows):
    members = pd.read_csv(run / "members.csv")
    for (point, scenario, iso3), table in members.groupby([*PLACE, "iso3"]):
        here = rows[(rows.point == point) & (rows.scenario == scenario)]
        what = f"members.csv {scenario} {point} {iso3}"
        trust, defence, tiered = (
            wide(here[name], rows)[:, columns(table)]
            for name in (f"trust_{iso3}", f"defence_{iso3}", "tiered")
        )
        check_spread(tally, table, trust, 1.0, "trust_", what)
        tally.near(table.defence_mean, defence.mean(axis=0), 1e-8, f"{what}: defence_mean")
        tally.near(table.tiered_n, tiered.sum(axis=0), 0, f"{what}: tiered_n")


def check_risks(tally, run, rows, holds):
    table_of_all = pd.read_csv(run / "risks.csv")
    for (point, scenario, risk), table in table_of_all.groupby([*PLACE, "risk"]):
        here = (rows.point == point) & (rows.scenario == scenario)
        at = wide(holds.loc[here, risk], rows)
        by = np.maximum.accumulate(at, axis=1)
        for name, happened in [("at", at), ("by", by)]:
            counts = happened[:, columns(table)].sum(axis=0).astype(int)
            what = f"risks.csv {scenario} {point} {risk} {name}"
            tally.near(table[name], counts / len(at), 1e-15, what)
            low, high = np.transpose([chance(int(count), len(at)) for count in counts])
            tally.near(table[f"{name}_low"], low, 1e-12, what)
            tally.near(table[f"{name}_high"], high, 1e-12, what)


def chance(count, n):
    """The interval of a chance: Wilson's, with the exact limit on a side on which fewer than five were counted."""
    wilson, exact = (stats.binomtest(count, n).proportion_ci(0.95, method=name) for name in ("wilson", "exact"))
    return (exact if count < 5 else wilson).low, (exact if n - count < 5 else wilson).high


def bonett_price(own, other):
    """The interval of a difference of paired probabilities (Bonett and Price 2012)."""
    n, z = len(own), stats.norm.ppf(0.975)
    only_own, only_other = (own > other).sum() + 1, (own < other).sum() + 1
    centre = (only_own - only_other) / (n + 2)
    error = np.sqrt((only_own + only_other) / (n + 2) - centre**2) / np.sqrt(n + 2)
    return centre - z * error, centre + z * error


def student(values):
    """Student's interval of a mean."""
    error = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return values.mean() - error, values.mean() + error


def hall(values, skewness):
    """Hall's interval of a mean (1992), by the roots of his cubic."""
    n, sd = len(values), values.std(ddof=1)

    def error(t):
        cubic = [skewness**2 / 27, skewness / 3, 1.0, skewness / (6 * n) - t / np.sqrt(n)]
        roots = np.roots(cubic)
        return roots[np.abs(roots.imag).argmin()].real

    t = stats.t.ppf(0.975, n - 1)
    return values.mean() - sd * error(t), values.mean() - sd * error(-t)


def of_mean(values, span):
    """Hall's interval if there are fewer than 25 times the squared skewness, else Student's; how far off the ends may
    be as the program has the skewness from values moved by up to half a bin; and whether it may then choose otherwise."""
    if values.std() <= 1e-12 * span:
        return student(values), 0.0, False
    skewness, n = stats.skew(values), len(values)
    if n > 1.1 * 25 * skewness**2:
        return student(values), 0.0, False
    whole = (values == np.round(values)).all()
    bins = 0.0 if whole else span / BINS / values.std()
    ends, off = hall(values, skewness), 1.5 * (1 + abs(skewness)) * bins
    moved = [hall(values, skewness + by) for by in (-off, off)]
    more = np.abs(np.subtract(moved, ends)).max()
    return ends, more, n > 0.9 * 25 * skewness**2 or bins > 1 / 3


COUNTED = ("probes_", "attacks_", "incidents", "answers_", "full_answers_")
DECIDED_BY_PARAMETERS = ("force", "effort_mean", "moscow_capability", "kyiv_capability", "grievance")


def width_of(outcome, quarter):
    """From the least to the largest value that an outcome can have at a quarter."""
    signed = outcome in ("optimism_gap", "lower_tier_gap")
    return quarter if outcome.startswith(COUNTED) else 2.0 if signed else 1.0


def alike(values, outcome, quarter):
    """The interval of a difference that is the same in every replicate: as many others as Wilson's interval
    of none allows, each as far off as the outcome can be, a count by one a quarter."""
    others = stats.binomtest(0, len(values)).proportion_ci(0.95, method="wilson").high
    width, value = width_of(outcome, quarter), values.mean()
    return value - others * (width + value), value + others * (width - value)


RARE = 20


def rare(values, ends):
    """The interval of a mean of which all but a few values are 0: how often one is not, by the exact interval, times
    how large it is, by Student's, with one more of each sign if either is possible; or by its ends if there is one."""
    away = values[values != 0]
    often = stats.binomtest(len(away), len(values)).proportion_ci(0.95, method="exact")
    more = np.clip(np.sqrt((away**2).mean()) * np.array([-1, 1]), *ends)
    size = (-np.inf, np.inf) if len(away) == 1 else student(np.append(away, more if more.all() else []))
    size = max(size[0], ends[0]), min(size[1], ends[1])
    products = [share * large for share in (often.low, often.high) for large in size]
    return min(products), max(products)


def is_rare(values):
    differing = np.count_nonzero(values)
    return 0 < differing < RARE and 2 * differing <= len(values)


def check_comparisons(tally, run, rows, found, holds, widths):
    replicate = [rows.point, rows.scenario, rows.replicate]
    happened = holds.groupby(replicate).cummax()
    for row in pd.read_csv(run / "comparisons.csv").itertuples():
        column = happened[row.outcome] if row.kind == "risk" else found[row.outcome]
        own, reference = (
            column[(rows.quarter == row.quarter) & (rows.point == row.point) & (rows.scenario == name)]
            .to_numpy(float)
            for name in (row.scenario, row.reference)
        )
        what = f"comparisons.csv {row.scenario} {row.point} {row.quarter} {row.kind} {row.outcome}"
        difference = own - reference
        interval = student(difference)
        if row.kind == "risk":
            interval = bonett_price(own, reference)
        elif difference.std() <= 1e-12:
            if row.outcome in DECIDED_BY_PARAMETERS:
                continue
            interval = alike(difference, row.outcome, row.quarter)
        elif is_rare(difference):
            if row.outcome in DECIDED_BY_PARAMETERS and np.count_nonzero(difference) == 1:
                continue
            width = width_of(row.outcome, row.quarter)
            interval = rare(difference, (-width, width))
        span = 1.0 if row.kind == "risk" else widths.get(row.outcome, 1.0)
        given = [row.n, row.difference, row.low, row.high]
        expected = [len(own), difference.mean(), *interval]
        tally.near(given, expected, 1e-7 * span, what)
        if difference.std() > 1e-6 * span:
            ratio = (own.var(ddof=1) + reference.var(ddof=1)) / difference.var(ddof=1)
            if row.kind == "outcome" and is_rare(difference):
                ratio = np.nan
            tally.near(row.pairing_gain, ratio, 1e-4 * ratio, f"{what}: pairing_gain")


def check_member_comparisons(tally, run, rows):
    for row in pd.read_csv(run / "member_comparisons.csv").itertuples():
        own, reference = (
            rows.loc[
                (rows.quarter == row.quarter) & (rows.point == row.point) & (rows.scenario == name),
                f"trust_{row.iso3}",
            ].to_numpy(float)
            for name in (row.scenario, row.reference)
        )
        difference = own - reference
        what = f"member_comparisons.csv {row.scenario} {row.point} {row.quarter} {row.iso3}"
        if is_rare(difference):
            interval = rare(difference, (-1.0, 1.0))
        else:
            interval = student(difference)
            ratio = (own.var(ddof=1) + reference.var(ddof=1)) / difference.var(ddof=1)
            tally.near(row.pairing_gain, ratio, 1e-4 * ratio, f"{what}: pairing_gain")
        given = [row.n, row.trust_difference, row.trust_low, row.trust_high]
        tally.near(given, [len(own), difference.mean(), *np.clip(interval, -1, 1)], 1e-7, what)


def check_replicates(tally, run, rows, found, holds):
    replicates = pd.read_csv(run / "replicates.csv")
    key = [*PLACE, "replicate"] if "point" in replicates else ["scenario", "replicate"]
    last = rows.quarter == rows.quarter.max()
    ends = rows[last].reset_index(drop=True)
    assert (ends[key] == replicates[key]).all(axis=None), "replicates.csv: other replicates"
    for risk in holds:
        quarter = rows.quarter.where(holds[risk])
        first = quarter.groupby([rows.point, rows.scenario, rows.replicate], sort=False).min()
        tally.near(replicates[f"{risk}_first"], first, 0, f"replicates.csv: {risk}_first")
        tally.near(replicates[f"{risk}_end"], holds[risk][last], 0, f"replicates.csv: {risk}_end")
    for outcome in found:
        tally.near(replicates[outcome], found[outcome][last], 1e-15, f"replicates.csv: {outcome}")
    challenged = rows[rows.action != "hold"].drop_duplicates(key)
    first = ends[key].merge(challenged, how="left", on=key)
    tally.near(replicates.challenge_first, first.quarter, 0, "replicates.csv: challenge_first")
    for column in ["target", "action", "answer"]:
        same = replicates[f"challenge_first_{column}"].fillna("") == first[column].fillna("")
        assert same.all(), f"replicates.csv: challenge_first_{column}"


def main():
    for run in map(Path, sys.argv[1:]):
        rows = read_trajectories(run)
        found, holds = outcomes(rows, pd.read_csv(run / "alliance.csv")), risks(rows)
        tally = Tally()
        check_rows(run, rows, found, holds)
        check_summary(tally, run, rows, found, widths(run))
        check_members(tally, run, rows)
        check_risks(tally, run, rows, holds)
        check_comparisons(tally, run, rows, found, holds, widths(run))
        check_member_comparisons(tally, run, rows)
        check_replicates(tally, run, rows, found, holds)
        print(f"{run}: {tally.made} numbers agree with NumPy, pandas and SciPy")


if __name__ == "__main__":
    main()
