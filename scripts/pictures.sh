#!/usr/bin/env bash
# Makes the runs anew whose charts crates/plot/tests/pictures.rs compares with accepted pictures, from
# the configurations beside them: needed only when the tables change. The pictures may then change
# too; that test says how to accept them.
# Usage: scripts/pictures.sh ARTICLE5
set -euo pipefail
article5=$(realpath "${1:?usage: pictures.sh ARTICLE5}")
cd "$(dirname "$0")/../crates/plot/tests/pictures"

make() { rm -rf "runs/$1"; "$article5" "${@:2}" --out "runs/$1" >/dev/null; }
make run run run.toml --quiet
make sweep run sweep.toml --quiet
make response run response.toml --quiet
make sensitivity sensitivity sensitivity.toml --quiet
make screening sensitivity screening.toml --quiet
make discovery sensitivity discovery.toml --quiet
make claims claims claims.toml --quiet
make trace trace run.toml --scenario article5-like --against no-guarantee --replicate 7

# What no chart is drawn from is not kept, nor of the claims what the charts of the first run show.
python3 - <<'END'
import csv, json, pathlib

SWEPT = {"tiered", "war_resumed"}

# Of large tables, only the rows that are drawn; the manifest then lists no checksum of them.
DRAWN = {
    ("run", "summary"): lambda row: row["outcome"]
    in {"frontline_trust", "rear_trust", "tier_upper", "tier_lower", "tier_gap"},
    ("response", "comparisons"): lambda row: row["outcome"] in SWEPT and row["quarter"] == "24",
    ("response", "risks"): lambda row: row["risk"] in SWEPT and row["quarter"] == "24",
    ("sweep", "comparisons"): lambda row: row["outcome"] in SWEPT and row["quarter"] == "24",
    ("sweep", "risks"): lambda row: row["risk"] in SWEPT and row["quarter"] == "24",
}

KEPT = {
    "run": "alliance comparisons cover member_comparisons members risks summary",
    "response": "alliance comparisons design risks",
    "sweep": "alliance comparisons design risks",
    "sensitivity": "alliance design sensitivity",
    "screening": "alliance design sensitivity",
    "discovery": "alliance boxes design",
    "claims": "alliance claims",
    "trace": "alliance trace trace_events",
}
for run, tables in KEPT.items():
    folder = pathlib.Path("runs", run)
    kept = {f"{table}.csv" for table in tables.split()}
    for file in sorted(folder.rglob("*"), reverse=True):
        if file.is_dir():
            file.rmdir()
        elif file.name not in kept | {"manifest.json"} or file.parent != folder:
            file.unlink()
    for (of, table), drawn in DRAWN.items():
        if of == run:
            path = folder / f"{table}.csv"
            with path.open(newline="") as file:
                rows = csv.DictReader(file)
                names, rows = rows.fieldnames, [row for row in rows if drawn(row)]
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, names, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            kept.remove(path.name)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] = {name: hash for name, hash in manifest["files"].items() if name in kept}
    path.write_text(json.dumps(manifest, indent=2) + "\n")
END
