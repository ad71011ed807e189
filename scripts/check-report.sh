#!/usr/bin/env bash
# Opens reports in Chromium and checks them as their readers meet them: report-check/check.mjs says
# what for. Leaves screenshots at three widths and a PDF of each in FOLDER, if one is given.
# usage: check-report.sh ARTICLE5 [FOLDER]
#
# Needs Node 20 with npm; installs two packages beside the check, and Chromium where it is missing
# (as root, on Debian). What cannot be checked fails.
set -euo pipefail
article5=$(realpath "${1:?usage: check-report.sh ARTICLE5 [FOLDER]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shots=$(realpath -m "${2:-$work/shots}")
cd "$(dirname "$0")/report-check"

fail() { echo "check-report: $*" >&2; exit 1; }
command -v npm >/dev/null || fail "npm is missing: install Node 20"
if ! command -v chromium >/dev/null; then
  apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
    fail "Chromium is missing and cannot be installed: nothing was checked"
fi
npm ci --silent --no-audit --no-fund || fail "axe-core and playwright-core cannot be installed"

for name in baseline sweep hostile; do
  config=../../configs/$name.toml
  [ -e "$config" ] || config=$name.toml
  "$article5" run "$config" --replicates 100 --quiet --out "$work/$name"
  "$article5" report "$work/$name" --quiet
  node check.mjs "$work/$name/report.html" "$shots/$name"
done
