#!/usr/bin/env bash
# The README's main job, and whether what the README quotes of it, and its pictures, are still what it gives.
# usage: check-baseline.sh ARTICLE5
#
# Needs Python. If a change is meant, write what is printed into the README and run scripts/gallery.sh.
set -euo pipefail
article5=$(realpath "${1:?usage: check-baseline.sh ARTICLE5}")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$article5" run configs/baseline.toml --quiet --out "$work/run"
for file in summary.csv manifest.json datapackage.json charts/*.svg; do
  compgen -G "$work/run/$file" >/dev/null || { echo "no $file"; exit 1; }
done

python3 - "$work/run" <<'PYTHON'
import csv, pathlib, re, sys

run = pathlib.Path(sys.argv[1])
# Of what a row is called, only the scenario.
readme = re.sub(r"(?m)^(\| `[a-z0-9-]+`).*?(?= \|)", r"\1", pathlib.Path("README.md").read_text(encoding="utf-8"))
readme = " ".join(readme.split())
RISKS = ["tiered", "tiered_allied", "tiered_moscow", "ruptured", "war_resumed"]


def points(share):
    text = f"{100 * float(share):.1f}".replace("-", "−")
    return "0.0" if text == "−0.0" else text


with (run / "risks.csv").open(newline="") as file:
    last = {(row["scenario"], row["risk"]): row for row in csv.DictReader(file) if row["quarter"] == "40"}
quoted = [" | ".join(f"*{points(last['no-guarantee', risk]['by'])}*" for risk in RISKS)]
at = [points(last[scenario, risk]["at"])
      for scenario in ("article5-like", "no-guarantee") for risk in ("tiered", "ruptured")]
quoted.append("in the last quarter {} % of replicates are tiered and {} % ruptured under `article5-like`, "
              "against {} % and {} % without a guarantee".format(*at))

with (run / "comparisons.csv").open(newline="") as file:
    effects = {(row["scenario"], row["outcome"]): row for row in csv.DictReader(file)}
for scenario in dict.fromkeys(scenario for scenario, _ in effects):
    rows = [effects[scenario, risk] for risk in RISKS]
    cells = [f"{points(row['difference'])} ({points(row['low'])}, {points(row['high'])})" for row in rows]
    quoted.append(" | ".join([f"| `{scenario}`", *cells]))

with (run / "summary.csv").open(newline="") as file:
    means = {(row["scenario"], row["outcome"]): float(row["mean"])
             for row in csv.DictReader(file) if row["quarter"] == "40"}
with_pledge, without = (lambda outcome: means["article5-like", outcome]), (lambda outcome: means["no-guarantee", outcome])
attacked = effects["article5-like", "ally_attacked"]
tiered = {scenario: points(last[scenario, "tiered"]["by"]) for scenario, risk in last if risk == "tiered"}
quoted += [
    "Moscow probes them {:.1f} times in ten years in place of {:.1f}, and Ukraine {:.1f} times in place of {:.1f}".format(
        *(of(outcome) for outcome in ("probes_allies", "probes_ukraine") for of in (with_pledge, without))),
    "An attack on an ally is {} points ({} to {}) likelier".format(
        *(points(attacked[key]) for key in ("difference", "low", "high"))),
    "the chance that war resumes without a guarantee, {:.0f} % at the default".format(
        100 * float(last["no-guarantee", "war_resumed"]["by"])),
    "highest under article5-like ({} %), {} % under no-guarantee, lowest under arm-and-talk ({} %)".format(
        *(tiered[scenario] for scenario in ("article5-like", "no-guarantee", "arm-and-talk"))),
    "least under article5-like ({:.2f} at the end, against {:.2f} under no-guarantee)".format(
        with_pledge("frontline_trust"), without("frontline_trust")),
]
assert tiered["article5-like"] == max(tiered.values(), key=float)
assert tiered["arm-and-talk"] == min(tiered.values(), key=float)
with (run / "members.csv").open(newline="", encoding="utf-8") as file:
    in_force = {row["iso3"]: float(row["in_force"]) for row in csv.DictReader(file)
                if row["scenario"] == "article5-like" and row["quarter"] == "12"}
first = sorted(in_force, key=in_force.get, reverse=True)[:4]
assert first == ["LVA", "EST", "NOR", "LTU"], f"ODD.md names the allies that are first in the force; now these are {first}"
odd = pathlib.Path("crates/model/ODD.md").read_text(encoding="utf-8")
joined = "Latvia is in it in {:.0f} % of the replicates, France in {:.0f} %, the UK in {:.0f} %".format(
    *(100 * in_force[ally] for ally in ("LVA", "FRA", "GBR")))
stale = [text for text in quoted if text not in readme] + [joined] * (joined not in odd)
if stale:
    sys.exit("the README or ODD.md does not say what the baseline gives:\n" + "\n".join(stale))
print(f"the README's {len(quoted)} lines of results, and ODD.md's of the force, are those of the baseline")
PYTHON

for picture in docs/gallery/*.png; do
  name=$(basename "$picture")
  cmp "$picture" "$work/run/charts/$name"
done
echo "the gallery shows the baseline"
