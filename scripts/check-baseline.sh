#!/usr/bin/env bash
# The README's main job at small size. usage: check-baseline.sh ARTICLE5
set -euo pipefail
article5=$(realpath "$1")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$article5" run configs/baseline.toml --replicates 200 --quiet --out "$work/run"
for file in summary.csv manifest.json datapackage.json charts/*.svg; do
  compgen -G "$work/run/$file" >/dev/null || { echo "no $file"; exit 1; }
done
