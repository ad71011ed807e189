#!/usr/bin/env bash
# Draws the pictures of the README's gallery into docs/gallery, from a run of the baseline.
# Usage: scripts/gallery.sh [RUN], with the folder of a run; without one the baseline is run anew.
set -euo pipefail
run=${1:+$(realpath "$1")}
cd "$(dirname "$0")/.."

charts=(risk-tiered trade-off trust-fan trust-change-map trust-ranking)

cargo build --release --package article5
article5=${CARGO_TARGET_DIR:-target}/release/article5
if [ -z "$run" ]; then
    scratch=$(mktemp -d)
    trap 'rm -r "$scratch"' EXIT
    run=$scratch/baseline
    "$article5" run configs/baseline.toml --quiet --out "$run"
fi
mkdir -p docs/gallery
"$article5" plot "$run" --format png --out docs/gallery "${charts[@]/#/--chart=}"
# The rows that each picture draws are in the run's folder.
rm -f docs/gallery/*.csv
