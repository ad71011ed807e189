#!/usr/bin/env python3
"""Whether trust_prior_pct in members.csv is what crates/model/data/README.md says is made of polls.csv.

    scripts/trust_priors.py

Prints the value of each ally with a poll, and the dates of the polls behind it. Needs nothing but
Python 3.11.
"""

import csv
import sys
from pathlib import Path
from statistics import NormalDist, fmean

DATA = Path(__file__).resolve().parent.parent / "crates" / "model" / "data"
# All of these are in probit units: between allies; of a poll; of a country's deviation in Pew's
# surveys; how much more is trusted to NATO than to the US.
SPREAD, POLL_NOISE, PEW_NOISE, NATO_NOT_US = 0.30, 0.35, 0.45, 0.25
# Polls of the first kind that were not used.
LEFT_OUT = {("SWE", "2025-03"), ("POL", "2026-02")}
# Pew's surveys that are used, and the rows that hold their medians.
PEW_MEDIAN = {"2015-05": "MEDIAN8", "2019-07": "MEDIAN16"}

probit, share = NormalDist().inv_cdf, NormalDist().cdf


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def two_party(poll):
    """Yes among those who answered yes or no; among all where the table has no share of no."""
    yes = float(poll["yes_pct"])
    return probit(yes / (yes + float(poll["no_pct"] or 100 - yes)))


def deviation(poll, polls):
    """From the median of the same survey, in shares of yes among all."""
    median = next(other for other in polls if other["country"] == PEW_MEDIAN[poll["date"]])
    return probit(float(poll["yes_pct"]) / 100) - probit(float(median["yes_pct"]) / 100)


def main():
    members = {member["iso3"]: member for member in read("members.csv")}
    polls = read("polls.csv")
    us, nato, pew = ({iso3: [] for iso3 in members} for _ in range(3))
    for poll in polls:
        iso3, date, question = poll["country"], poll["date"], poll["question_class"]
        if iso3 not in members or not poll["yes_pct"] or (iso3, date) in LEFT_OUT:
            continue
        if question == "A" and date >= "2025":
            us[iso3].append(poll)
        elif question == "A" and date in PEW_MEDIAN:
            pew[iso3].append(poll)
        elif question == "B":
            nato[iso3].append(poll)

    mean = fmean(fmean(map(two_party, found)) for found in us.values() if found)
    wrong = []
    for iso3, member in members.items():
        # All polls of the first kind count, of the others the last.
        if used := us[iso3]:
            value, noise = fmean(map(two_party, used)), POLL_NOISE / len(used) ** 0.5
        elif used := nato[iso3][-1:]:
            value, noise = two_party(used[0]) - NATO_NOT_US, POLL_NOISE
        elif used := pew[iso3][-1:]:
            value, noise = mean + deviation(used[0], polls), PEW_NOISE
        else:
            value, noise = mean, POLL_NOISE
        pooled = mean + (value - mean) * SPREAD**2 / (SPREAD**2 + noise**2)
        percent = f"{100 * share(pooled):.1f}"
        if used:
            print(iso3, percent, *(poll["date"] for poll in used))
        if percent != member["trust_prior_pct"]:
            wrong.append(f"{iso3} has {member['trust_prior_pct']} in members.csv, {percent} from the polls")
    if wrong:
        sys.exit("\n".join(wrong))


main()
