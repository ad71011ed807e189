#!/usr/bin/env bash
# Runs small batches and checks what they write with other people's programs: Frictionless, PyArrow,
# NumPy, pandas, SciPy, SALib. usage: check-from-outside.sh ARTICLE5
set -euo pipefail
article5=$(realpath "${1:?usage: check-from-outside.sh ARTICLE5}")
cd "$(dirname "$0")/outside"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
python=$work/venv/bin/python

runs=()
for name in every-table latin-hypercube sobol; do
  "$article5" run "$name.toml" --quiet --out "$work/$name"
  runs+=("$work/$name")
done
"$python" check_tables.py "${runs[@]}"
"$python" check_statistics.py "$work/every-table" "$work/latin-hypercube"
"$python" check_designs.py "$work/latin-hypercube" "$work/sobol"
for name in sensitivity screening; do
  "$article5" sensitivity "../../configs/$name.toml" --replicates 20 --quiet --out "$work/$name"
  "$python" check_sensitivity.py "$work/$name"
done
"$article5" sensitivity ../../configs/discovery.toml --replicates 20 --quiet --out "$work/discovery"
"$article5" trace ../../configs/baseline.toml --scenario article5-like --out "$work/trace" > "$work/story"
"$article5" claims claims.toml --quiet --out "$work/claims"
"$python" check_claims.py "$work/claims"
"$python" check_tables.py "$work"/{sensitivity,screening,discovery,trace,claims}
