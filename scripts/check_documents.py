#!/usr/bin/env python3
"""Whether the README, docs/claims.md, docs/sensitivity.md and docs/discovery.md say what the shipped studies give.

    scripts/check_documents.py target/release/article5 [STUDY]...

A STUDY is claims, thresholds, spillover, screening, sensitivity or discovery; all of them if left out, which takes about
four minutes on two cores, most of them for the claims. Needs nothing but Python 3.11.

Checked are the tables, the blocks that quote the command, and the sentences that count or quote what
these six runs give. What the documents quote of other runs (more points, another seed) is not
checked. If a change is meant, write what is printed into the document.
"""

import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The line of a block in place of those that it leaves out.
LEFT_OUT = "…"
NUMBERS = "no one two three four five six seven eight nine".split()


def read(table):
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(value, decimals, sign=""):
    return f"{float(value):{sign}z.{decimals}f}".replace("-", "−")


def percent(share):
    return f"{100 * float(share):.0f}"


def percent_or_less(share):
    """As the command shows it: a share that is not quite none, or not quite all, is not called so."""
    text = percent(share)
    return {"0": "<1", "100": ">99"}.get(text, text) if 0 < float(share) < 1 else text


def in_words(count):
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def unquoted(said, document):
    """The command's words, unless a block of the document is these words but for the lines it leaves out."""
    title = said.partition(":")[0]
    lines_shown = None
    # Blocks of other languages too, lest the end of one be taken for the beginning of the next.
    for _, block in re.findall(r"^```(\w*)\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        lines = block.splitlines(keepends=True)
        pattern = "".join(".*?" if line.strip() == LEFT_OUT else re.escape(line) for line in lines)
        if re.fullmatch(pattern, said, re.DOTALL):
            return
        # A screening says hundreds of lines, and the document shows few.
        if block.startswith(f"{title}:") and LEFT_OUT in block:
            lines_shown = len(lines)
    yield "".join(said.splitlines(keepends=True)[:lines_shown])


def claims(run):
    judged = read(run / "claims.csv")
    for row in judged:
        # A level has no sign, a difference or a change does.
        sign = "+" if row["control"] or row["since"] else ""
        effect, low, high = (number(row[key], 3, sign) for key in ("effect", "low", "high"))
        space = " / ".join(percent_or_less(row[key]) for key in ("share_of_space", "share_reversed"))
        why = row["deciding"].replace(";", ",")
        if row["verdict"] == "undecided":
            lacking = row["reason"].split("; ")[2]
            why = "; it depends most on ".join(filter(None, [lacking, why]))
        verdict = row["verdict"] + (f": {why}" if why else "")
        yield f"| {row['id']} | {row['statement']} | {effect} | {low} to {high} | {space} % | {verdict} |"

    verdicts = [row["verdict"] for row in judged]
    count = {verdict: verdicts.count(verdict) for verdict in ("holds", "depends", "undecided", "fails")}
    more = sum(row["verdict"] == "undecided" and bool(row["replicates_needed"]) for row in judged)
    yield f"Of {len(judged)} claims {count['holds']} hold; {count['depends']} depend,"
    yield (
        f"and {count['undecided']} are undecided: {in_words(more)} need more replicates, "
        f"and {in_words(count['undecided'] - more)} hang on points at which too little happens to tell."
    )
    failing = [row["id"] for row in judged if row["verdict"] == "fails"]
    yield f"{in_words(count['fails'])} fail"
    yield f"{' and '.join(failing)} fail:"
    contradicted = {row["id"]: percent(row["share_reversed"]) for row in judged}
    yield (
        f"H1 is contradicted at the baseline and at {contradicted['H1']} % of the points, "
        f"H2b at {contradicted['H2b']} %, H2c at {contradicted['H2c']} % and H15c at {contradicted['H15c']} %"
    )
    strongest = next(row for row in read(run / "claim_parameters.csv") if row["id"] == "H6")
    correlation = number(strongest["rank_correlation"], 2)
    yield f"the strongest, `{strongest['parameter']}`, has a rank correlation of {correlation}"

    counted, points, share = where_tuned(run)
    yield f"only {counted} of the {points} points have such a chance"
    yield f"is contradicted at {share('H1', 'reversed')} % of them"
    yield f"that backing away makes war less likely, at {share('H15c', 'reversed')} %"
    yield f"H2a holds, at {share('H2a', 'holds')} %"
    yield f"(H4a: {share('H4a', 'holds')} / {share('H4a', 'reversed')} %)"

    dominated = {row["scenario"]: float(row["dominated_share"]) for row in read(run / "decisions.csv")}
    named = {name: percent(dominated.pop(name)) for name in ("no-guarantee", "ironclad", "arm-and-talk")}
    yield (
        f"Over the space `no-guarantee` is dominated at {named['no-guarantee']} % of the points, "
        f"`ironclad` at {named['ironclad']} %, `arm-and-talk` at {named['arm-and-talk']} %, "
        f"and the others at {percent(min(dominated.values()))} to {percent(max(dominated.values()))} %"
    )


def where_tuned(run):
    """How many points of the space there are at which war resumes as often without a guarantee as it is tuned to, how
    many in all, and the share of the former at which a claim has a finding, from the tables of all points."""
    risks = [row for row in read(run / "space_risks.csv") if row["risk"] == "war_resumed"]
    without = {row["point"]: float(row["by"]) for row in risks if row["scenario"] == "no-guarantee"}
    counted = {point for point, by in without.items() if 0.40 <= by <= 0.89}
    found = [(row["id"], row["finding"]) for row in read(run / "claim_points.csv") if row["point"] in counted]

    def share(claim, finding):
        return percent(found.count((claim, finding)) / len(counted))

    return len(counted), len(without), share


def claims_in_readme(run):
    judged = {row["id"]: row for row in read(run / "claims.csv")}
    verdicts = [row["verdict"] for row in judged.values()]
    yield f"of the {len(judged)} claims that ship with it, {verdicts.count('holds')} hold"
    yield f"{in_words(verdicts.count('fails'))} fail, and the others hang on parameters or are undecided"
    for claim in ("H19a", "H19b"):
        effect, verdict = abs(float(judged[claim]["effect"])), judged[claim]["verdict"]
        yield f"(by {number(effect, 3)}; {claim} {verdict})"
    held, reversed = (percent(judged["H4a"][key]) for key in ("share_of_space", "share_reversed"))
    yield f"at {held} % of the parameter sets, and less often at {reversed} % (H4a)"
    counted, points, share = where_tuned(run)
    yield f"At most of these sets ({points - counted} of {points}) war without a guarantee resumes"
    yield (
        f"At the other {counted} these shares are much the same "
        f"({share('H4a', 'holds')} and {share('H4a', 'reversed')} %), but the claim that a guarantee does little "
        f"to deter is contradicted at {share('H1', 'reversed')} %"
    )


def tiers(run):
    """Each point, with the chance of tiers by scenario and its difference from the first one, in per cent."""
    points = read(run / "design.csv")
    risks = [row for row in read(run / "risks.csv") if row["risk"] == "tiered"]
    compared = [row for row in read(run / "comparisons.csv") if row["outcome"] == "tiered"]
    last = max(int(row["quarter"]) for row in risks)
    for point in points:
        here = [row for row in risks if row["point"] == point["point"] and int(row["quarter"]) == last]
        chances = {row["scenario"]: number(100 * float(row["by"]), 1) for row in here}
        differences = {}
        for row in compared:
            if row["point"] == point["point"]:
                ends = (number(100 * float(row[key]), 1) for key in ("difference", "low", "high"))
                differences[row["scenario"]] = "{} ({}, {})".format(*ends)
        yield {key: value for key, value in point.items() if "." in key}, chances, differences


def thresholds(run):
    usual = None
    for values, chances, differences in tiers(run):
        usual = usual or values
        changed = [f"`{key}` {value}" for key, value in values.items() if value != usual[key]]
        named = changed[0] if changed else "as everywhere else: 0.75, 0.2, 4"
        cells = named, chances["no-guarantee"], chances["article5-like"], differences["article5-like"]
        yield f"| {' | '.join(cells)} |"


def thresholds_in_readme(run):
    shown = {
        values["measure.tier_separation"]: differences["article5-like"].partition(" ")[0]
        for values, _, differences in tiers(run)
        if (values["measure.tier_gap"], values["measure.sustain"]) == ("0.2", "4")
    }
    yield (
        f"if 60 % were enough, the {shown['0.75']} points would be {shown['0.6']}, "
        f"and if it took 85 %, {shown['0.85']}"
    )


def spillover(run):
    for values, chances, differences in tiers(run):
        priors = (values[f"learning.prior_sd_{feature}"] for feature in ("exposure", "stake"))
        scenarios = "article5-like", "as-meant", "ironclad"
        cells = *priors, chances["no-guarantee"], *(differences[name] for name in scenarios)
        yield f"| {' | '.join(cells)} |"


def spillover_in_readme(run):
    at = {"learning.prior_sd_exposure": "0.8", "learning.prior_sd_stake": "0.1"}
    differences = next(differences for values, _, differences in tiers(run) if values == at)
    shown = differences["article5-like"].replace(", ", " to ")
    yield f"and {shown} at the defaults with `learning.prior_sd_stake` at the low end of its range"


def screening(run):
    varied = {row["parameter"] for row in read(run / "sensitivity.csv")}
    yield f"screens all {len(varied)} parameters"


def sensitivity(run):
    asked = "learning.attention", "frontline_trust"
    row = next(row for row in read(run / "sensitivity.csv") if (row["parameter"], row["outcome"]) == asked)
    cells = [f"{row['base']} × {row['n']}"]
    for index in ("first", "total"):
        half_width = (float(row[f"{index}_high"]) - float(row[f"{index}_low"])) / 2
        cells += [number(half_width, 3), f"{percent(row[f'{index}_from_replicates'])} %"]
    yield f"| {' | '.join(cells)} | {'yes' if row['doubt'] else 'no'} |"


def discovery(run):
    box = next(row for row in read(run / "boxes.csv") if row["box"] == "1")
    density, held_out = (number(box[key], 2) for key in ("density", "density_held_out"))
    everywhere = float(box["density"]) * float(box["mass"]) / float(box["coverage"])
    yield (
        f"of the {box['points']} points that it was chosen from {density} are of interest, on points held out "
        f"only {held_out}, against {number(everywhere, 2)} of all points"
    )
    coverage, held_out = (number(box[key], 2) for key in ("coverage", "coverage_held_out"))
    yield f"{coverage} of those it was chosen from, {held_out} of those held out"


# The command of each, and the documents that quote it.
STUDIES = {
    "claims": ("claims", {"docs/claims.md": claims, "README.md": claims_in_readme}),
    "thresholds": ("run", {"docs/claims.md": thresholds, "README.md": thresholds_in_readme}),
    "spillover": ("run", {"docs/claims.md": spillover, "README.md": spillover_in_readme}),
    "screening": ("sensitivity", {"docs/sensitivity.md": screening}),
    "sensitivity": ("sensitivity", {"docs/sensitivity.md": sensitivity}),
    "discovery": ("sensitivity", {"docs/discovery.md": discovery}),
}


def stale(article5, study, folder):
    """What a study gives and its documents do not say."""
    command, documents = STUDIES[study]
    run = folder / study
    configuration = ROOT / "configs" / f"{study}.toml"
    done = subprocess.run(
        [article5, command, configuration, "--out", run],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    for name, lines in documents.items():
        document = (ROOT / name).read_text(encoding="utf-8")
        text = " ".join(document.split())
        missing = [line for line in lines(run) if line not in text]
        if command == "sensitivity":
            # Its last line is the folder.
            said = done.stdout.rstrip().rpartition("\n")[0].rstrip() + "\n"
            missing += unquoted(said, document)
        yield from (f"{name} does not say what configs/{study}.toml gives:\n{line}" for line in missing)


def main():
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(STUDIES):
        sys.exit(__doc__)
    article5 = Path(sys.argv[1]).resolve()
    studies = sys.argv[2:] or list(STUDIES)
    with tempfile.TemporaryDirectory() as folder:
        found = [line for study in studies for line in stale(article5, study, Path(folder))]
    if found:
        sys.exit("\n".join(found))
    print(f"the documents say what {', '.join(studies)} give")


main()
