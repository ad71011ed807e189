#!/usr/bin/env bash
# A run divided over a real Slurm, against all that can go wrong with it. usage: slurm-e2e.sh ARTICLE5
#
# Four nodes on the loopback, in namespaces of their own. While the array runs, one shard's process
# is killed, one node dies, one is cut off. The merged tables must be those of an undivided run to
# the byte; a second submission must compute nothing; damaged, foreign and deviating partials must be
# refused.
#
# It needs root, `unshare` and python3; where namespaces are refused it says skipped and exits 0. It
# installs slurm-wlm and munge from Debian if they are not there.
set -euo pipefail
article5=$(realpath "${1:?usage: slurm-e2e.sh ARTICLE5}")
nodes=4
shards=16

skip() { echo "SKIPPED the Slurm test: $*"; exit 0; }

if [ -z "${ARTICLE5_NAMESPACE:-}" ]; then
  [ "$(id -u)" = 0 ] || skip "it needs root"
  # Mounting /proc is what container runtimes refuse most.
  unshare --mount --net --pid --fork --mount-proc true 2>/dev/null ||
    skip "this machine refuses namespaces (unshare --mount --net --pid)"
  for command in slurmctld slurmd munged sbatch squeue ip pgrep ps; do
    command -v "$command" >/dev/null && continue
    command -v apt-get >/dev/null || skip "there is no Slurm here, nor Debian to install it from"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      slurm-wlm munge iproute2 procps >/dev/null
    break
  done
  work=$(mktemp -d "${TMPDIR:-/tmp}/article5-slurm.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # No port clashes, nothing leaves the loopback, and every daemon dies with the inner script, before
  # its folder is removed.
  export ARTICLE5_NAMESPACE=$work SLURM_CONF=$work/slurm.conf
  timeout -k 5 900 unshare --mount --net --pid --fork --mount-proc --kill-child \
    bash "$0" "$article5" </dev/null
  exit
fi

work=$ARTICLE5_NAMESPACE
here=$(dirname "$(realpath "$0")")
chmod 755 "$work"
cd "$work"
say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }
wait_for() { # SECONDS CONDITION...
  local end=$((SECONDS + $1))
  shift
  while [ $SECONDS -lt $end ]; do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  say "NOT ok: waited in vain for: $*"
  squeue || true
  tail -n 20 log/*.log ./*/log/*.log || true
  return 1
}
# shellcheck source=slurm-on-loopback.sh
. "$here/slurm-on-loopback.sh"
start_slurm
say "a cluster of $nodes nodes is up"

# --- What was promised is checked with these -----------------------------------------------------

failed=0
# The condition runs where `set -e` is off: chain with &&.
check() { # WHAT CONDITION...
  if "${@:2}" >told 2>&1; then
    say "ok: $1"
  else
    failed=$((failed + 1))
    say "NOT ok: $1"
    cat told
  fi
}
# A command must be refused as bad input, in these words, and make no run.
refused() { # WORDS COMMAND...
  local code=0
  rm -rf refused
  "${@:2}" >refusal 2>&1 || code=$?
  # Without the breaks that fit the message to the terminal.
  [ $code = 2 ] && [ ! -e refused ] &&
    tr '\n' ' ' <refusal | sed 's/ *│ */ /g; s/  */ /g' | grep -qF -- "$1" && return
  echo "exit code $code; wanted 2, no run, and the words: $1"
  cat refusal
  return 1
}
says() { # WORDS COMMAND...
  local told
  told=$("${@:2}") && printf '%s\n' "$told" && grep -qF -- "$1" <<<"$told"
}
prints() { # TEXT COMMAND...
  local told
  told=$("${@:2}") && printf '%s\n' "$told" && [ "$told" = "$1" ]
}
# The manifest says how long it took.
same_run() { diff -rq -x manifest.json "$1" "$2"; }
array_of() { sed -n 's/.*"array": "\([0-9]*\)".*/\1/p' "$1/submission.json"; }
exit_code() { scontrol show job "$1" | sed -n 's/.* ExitCode=\([0-9]*\):.*/\1/p' | head -1; }

# --- The run -------------------------------------------------------------------------------------

configuration() { # NAME REPLICATES
  cat >"$1.toml" <<TOML
name = "$1"
replicates = $2
quarters = 40
scenarios = ["no-guarantee", "article5-like", "back-away"]
[output]
charts = false
TOML
}
# So many that all shards together take some seconds of a core, whatever the machine.
configuration batch 20000
seconds=$("$article5" check batch.toml --threads 1 --json | sed 's/.*"seconds":\([0-9.]*\).*/\1/')
replicates=$(awk -v s="$seconds" 'BEGIN { print 2048 * int(1 + 20000 / 2048 * 12 / s) }')
configuration batch "$replicates"
"$article5" run batch.toml --quiet --out single
say "the undivided run of $replicates replicates is done"

"$article5" submit slurm batch.toml --shards $shards --out parts
# The first shard of each node is stopped, so that it cannot end before its misfortune, however fast
# the machine.
name=$(basename "$article5")
all_held() {
  local process
  for process in $(pgrep -x "$name"); do
    kill -STOP "$process" 2>/dev/null || true
  done
  [ "$(squeue -h -t R -o %K | wc -l)" = $nodes ] && [ "$(ps -o s= -C "$name" | grep -c T)" = $nodes ]
}
wait_for 60 all_held

# The processes of a shard: those in whose environment Slurm put the index.
processes_of() { # SHARD
  local process
  for process in $(pgrep -x "$name"); do
    # It may have ended meanwhile.
    if { tr '\0' '\n' <"/proc/$process/environ"; } 2>/dev/null | grep -qx "SLURM_ARRAY_TASK_ID=$1"; then
      echo "$process"
    fi
  done
}
parent_of() { ps -o ppid= "$1" | tr -d ' '; }
shard_on() { squeue -h -w "$1" -t R -o %K; }
killed=$(shard_on n1) orphaned=$(shard_on n2) cut_off=$(shard_on n3)
killed_process=$(processes_of "$killed")
orphaned_process=$(processes_of "$orphaned")
ghost=$(processes_of "$cut_off")
kill -CONT "$(processes_of "$(shard_on n4)")"

check "status says what is running" says " running" "$article5" status parts
check "what is in the queue is not submitted again" \
  says "nothing is submitted: job $(array_of parts) is at work" \
  "$article5" submit slurm batch.toml --out parts

kill -9 "$killed_process"
say "killed the process of shard $killed"

script=$(parent_of "$orphaned_process")
step=$(parent_of "$script")
kill -9 "$(cat n2.pid)" "$step" "$script" "$orphaned_process"
say "node n2 died under shard $orphaned"

kill -STOP "$(cat n3.pid)"
say "node n3 is cut off, with shard $cut_off at work"

two_copies() { hurry && [ "$(processes_of "$cut_off" | wc -l)" = 2 ]; }
wait_for 300 two_copies
kill -CONT "$ghost"
say "shard $cut_off is run by two processes"
wait_for 300 queue_empty
ghost_gone() { ! kill -0 "$ghost" 2>/dev/null; }
wait_for 120 ghost_gone
say "the queue is empty"

# --- What was promised ---------------------------------------------------------------------------

check "the merged tables are those of the undivided run to the byte" same_run single parts/run
check "the killed process was tried again" grep -q "try 2" "parts/log/$killed.log"
check "the shard of the dead node ran elsewhere" grep -q "requeued 1" "parts/log/$orphaned.log"
check "two processes computed the same shard" \
  [ "$(grep -c "shard $cut_off/$shards is done" "parts/log/$cut_off.log")" = 2 ]
check "nothing is missing" prints "" "$article5" missing parts
check "no half-written partial and no journal is left" \
  prints "" find parts -name '*.unfinished' -o -name '.shard-*'

touch marker
nothing_new() { prints "" find parts -name '*.a5part' -newer marker; }
again() {
  "$article5" submit slurm batch.toml --shards $shards --out parts && queue_empty && nothing_new
}
check "a second submission computes nothing" again
only_merged() {
  rm -r parts/run && says "0 of $shards shards" "$article5" submit slurm batch.toml --out parts &&
    wait_for 120 queue_empty && nothing_new && same_run single parts/run
}
check "with the shards there and the run gone, only the merge is submitted" only_merged
skipped() {
  local shard
  for shard in $(seq 0 $((shards - 1))); do
    says "was there already" "$article5" run batch.toml --shard "$shard/$shards" --out parts || return 1
  done
  nothing_new
}
check "a shard that is there is not run again" skipped
check "a run is not divided twice" \
  refused "divided into $shards shards already" "$article5" submit slurm batch.toml --shards 8 --out parts

# --- What fails for good, and is mended ----------------------------------------------------------

# The folder has a space in its name, and the jobs wait until the misfortune is prepared.
configuration small 1024
"$article5" run small.toml --quiet --out small
dry() {
  says "--array=0-5" "$article5" submit slurm small.toml --shards 6 --out "small parts" --dry-run &&
    bash -n "small parts/shard.sbatch" && [ -z "$(squeue -h)" ] && [ ! -e "small parts/submission.json" ]
}
check "a dry run shows the commands and submits nothing" dry
"$article5" submit slurm small.toml --shards 6 --out "small parts" -- --hold >told
array=$(array_of "small parts")
merge=$(squeue -h -n article5-merge -o %A)
echo "no partial" >"small parts/part-2-of-6.a5part"
scancel "${array}_4"
scontrol release "$array" "$merge"
wait_for 120 queue_empty
check "what is refused is not tried again" \
  eval '[ "$(exit_code "${array}_2")" = 2 ] && ! grep -q "try 2" "small parts/log/2.log"'
mergers_word() { tr '\n' ' ' <"small parts/log/merge.log" | sed 's/ *│ */ /g; s/  */ /g'; }
check "the merge comes although shards failed, and names them" \
  eval '[ "$(exit_code "$merge")" = 2 ] && says "1 of 6 shards is refused, and shard 4 is missing" \
        mergers_word && says "part-2-of-6.a5part is damaged" mergers_word'
check "it makes nothing of the rest" [ ! -e "small parts/run" ]
check "a refused partial must be removed by hand" \
  refused "part-2-of-6.a5part is damaged" "$article5" submit slurm small.toml --out "small parts"
rm "small parts/part-2-of-6.a5part"
check "what is missing is told as arrays are written" prints "2,4" "$article5" missing "small parts"
mended() {
  touch marker && says "2 of 6 shards are submitted" "$article5" submit slurm small.toml --out "small parts" &&
    wait_for 120 queue_empty && [ "$(find "small parts" -name '*.a5part' -newer marker | wc -l)" = 2 ] &&
    same_run small "small parts/run"
}
check "submitting again runs what is missing, and nothing else" mended

# --- What must be refused ------------------------------------------------------------------------

# Each on a copy of the partials; the run itself stays.
spoiled() { # COMMAND... in a copy called `spoiled`
  rm -rf spoiled && mkdir spoiled &&
    cp "small parts"/*.a5part "small parts"/{configuration.toml,alliance.csv} spoiled/ &&
    (cd spoiled && "$@")
}
part=part-3-of-6.a5part
refuses() { refused "$1" "$article5" merge spoiled --out refused; }
flip() { printf '\377' | dd of=$part bs=1 seek=5000 conv=notrunc status=none; }
check "a damaged partial is refused" eval 'spoiled flip && refuses "$part is damaged"'
check "a truncated one is" eval 'spoiled truncate -s -40 $part && refuses "$part is truncated"'
check "an empty one is" eval 'spoiled truncate -s 0 $part && refuses "$part is damaged"'
check "one that bears the name of another is" \
  eval 'spoiled cp part-4-of-6.a5part $part && refuses "$part holds what should be called"'
check "a missing one is named" \
  eval 'spoiled rm $part && refuses "shard 3 of 6 is missing" && prints 3 "$article5" missing spoiled'
"$article5" run small.toml --seed 7 --shard 3/6 --quiet --out other
check "one of another configuration is" \
  eval 'spoiled cp ../other/$part . && refuses "$part belongs to another configuration"'

# A binary that differs in a word or a number, as another version or another machine would.
forge() { # PYTHON-BYTES-OLD PYTHON-BYTES-NEW
  python3 - "$article5" forged <<PYTHON
import struct, sys
binary = open(sys.argv[1], "rb").read()
old, new = $1, $2
assert old in binary and len(old) == len(new), "the binary holds no such bytes"
open(sys.argv[2], "wb").write(binary.replace(old, new))
PYTHON
  chmod +x forged && rm -rf other && ./forged run small.toml --shard 3/6 --quiet --out other
}
version=$("$article5" --version | awk '{ print $2 }')
# The words before it may be apart from it: compilers put short text together from pieces of eight bytes.
check "one of another version is" \
  eval 'forge "b\"5 $version\"" "b\"5 ${version//[0-9]/9}\"" && spoiled cp ../other/$part . &&
        refuses "was written by article5 ${version//[0-9]/9}, but this is article5 $version"'
# The chance that a standard normal lies above 1/32, out of the table that trust is computed from.
check "one of a machine that computes other numbers is" \
  eval 'forge "struct.pack(\"<d\", 0.4875350825656229)" "struct.pack(\"<d\", 0.4875350825656230)" &&
        spoiled cp ../other/$part . && refuses "$part comes from a machine whose arithmetic"'

# The system kills the process in the middle of a write: the file would be longer than allowed.
torn() {
  (ulimit -c 0 && ulimit -f 100 && ! "$article5" run small.toml --shard 3/6 --quiet --out torn) &&
    [ ! -e torn/$part ] && "$article5" run small.toml --shard 3/6 --quiet --out torn &&
    cmp torn/$part "small parts/$part"
}
check "a partial appears whole or not at all" torn

[ $failed = 0 ] || { say "$failed promises are broken"; exit 1; }
say "all promises are kept"
