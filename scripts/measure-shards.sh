#!/usr/bin/env bash
# What a divided run costs on this machine: the figures of docs/cluster.md. usage:
# measure-shards.sh ARTICLE5. It takes some minutes. Times are processor time of one core, so that
# other work on the machine disturbs little.
set -euo pipefail
article5=$(realpath "${1:?usage: measure-shards.sh ARTICLE5}")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{ cat "$here/../configs/baseline.toml" && printf "[output]\ncharts = false\n"; } >"$work/nine.toml"
cd "$work"
cat >one.toml <<'TOML'
name = "one"
replicates = 128000
quarters = 40
scenarios = ["article5-like"]
[output]
charts = false
TOML
TIMEFORMAT='%U %S'
processor_seconds() { { time "$@" --threads 1 --quiet >/dev/null; } 2>&1 | awk '{ print $1 + $2 }'; }
size() { stat -c %s "$1"; }

# The slope between two sizes is the rate; an empty shard shows the start.
"$article5" run nine.toml --replicates 1280 --shard 0/1 --quiet --out few
many=$(processor_seconds "$article5" run nine.toml --replicates 6400 --shard 0/1 --out many)
most=$(processor_seconds "$article5" run nine.toml --replicates 64000 --shard 0/1 --out most)
empty=$(processor_seconds "$article5" run nine.toml --replicates 128 --shard 1/2 --out empty)
awk -v many="$many" -v most="$most" -v empty="$empty" 'BEGIN {
  printf "a replicate of one scenario, 40 quarters: %.0f microseconds\n", (most - many) / 9 / 57600 * 1e6
  printf "to start a shard and write nothing: %.2f s\n", empty }'
for size in few many most; do
  echo "a partial of 9 scenarios with $(sed -n '/^replicates = /{s///p;q}' $size/configuration.toml)" \
    "replicates each: $(size $size/part-0-of-1.a5part) bytes; to merge it:" \
    "$(processor_seconds "$article5" merge $size --out $size-run) s"
done

merge() { # CONFIGURATION SHARDS: one unit of 128 replicates in each
  for shard in $(seq 0 $(($2 - 1))); do
    "$article5" run "$1.toml" --replicates $((128 * $2)) --shard "$shard/$2" --threads 1 --quiet \
      --out "$1-$2"
  done
  echo "to merge $2 partials of $3, $(du -sm "$1-$2" | cut -f1) MB:" \
    "$(processor_seconds "$article5" merge "$1-$2" --out "$1-$2-run") s"
}
merge nine 100 "9 scenarios"
merge one 100 "1 scenario"
merge one 1000 "1 scenario"
