#!/usr/bin/env bash
# A run divided over a real Slurm, against all that can go wrong with it. usage: slurm-e2e.sh ARTICLE5
#
# Four nodes on the loopback, in namespaces of their own. While the array runs, one shard's process
# is killed, one node dies, one is cut off. The merged tables must be those of an undivided run to
# the byte; a second submission must compute nothing; damaged and foreign partials must be refused.
#
# It needs root and `unshare`; where namespaces are refused it says skipped and exits 0. It installs
# slurm-wlm and munge from Debian if they are not there.
set -euo pipefail
article5=$(realpath "$1")
nodes=4
shards=16

if [ -z "${ARTICLE5_NAMESPACE:-}" ]; then
  if [ "$(id -u)" != 0 ] || ! unshare --mount --net --pid --fork --mount-proc true 2>/dev/null; then
    echo "SKIPPED: the Slurm test needs root and namespaces, which this machine refuses"
    exit 0
  fi
  command -v slurmctld slurmd munged ip >/dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      slurm-wlm munge iproute2 procps >/dev/null
  }
  # No port clashes, nothing leaves the loopback, and every daemon dies with the script.
  ARTICLE5_NAMESPACE=1 exec timeout -k 5 900 \
    unshare --mount --net --pid --fork --mount-proc --kill-child bash "$0" "$article5" </dev/null
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/article5-slurm.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

# --- The cluster -------------------------------------------------------------------------------

ip link set lo up
# Slurm resolves no name when 127.0.0.1 is the only address.
ip addr add 10.255.0.1/32 dev lo
mkdir -p "$work"/{etc,state,log,munge} /etc/slurm
mount --bind "$work/etc" /etc/slurm
chmod 711 "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 600 "$work/munge/key"
cat >"$work/etc/slurm.conf" <<CONF
ClusterName=article5
SlurmctldHost=localhost(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/sock
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,batch_sched_delay=0
JobRequeue=1
ReturnToService=2
SlurmdTimeout=5
KillWait=2
SlurmdParameters=config_overrides
StateSaveLocation=$work/state
SlurmctldPidFile=$work/ctld.pid
SlurmctldLogFile=$work/log/ctld.log
SlurmdPidFile=$work/%n.pid
SlurmdLogFile=$work/log/%n.log
SlurmdSpoolDir=$work/spool-%n
$(for i in $(seq $nodes); do
  echo "NodeName=n$i NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((17000 + i)) CPUs=1 RealMemory=1000 State=UNKNOWN"
done)
PartitionName=main Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP
CONF
munged --key-file="$work/munge/key" --socket="$work/munge/sock" --pid-file="$work/munge/pid" \
  --log-file="$work/munge/log" --seed-file="$work/munge/seed"
slurmctld -i
for i in $(seq $nodes); do
  mkdir -p "$work/spool-n$i"
  slurmd -N "n$i"
done

wait_for() { # SECONDS CONDITION...
  local tries=$(($1 * 5))
  shift
  for _ in $(seq $tries); do
    if "$@"; then return 0; fi
    sleep 0.2
  done
  say "timed out: $*"
  tail -20 "$work/log/ctld.log"
  return 1
}
all_idle() { [ "$(sinfo -h -N -t idle -o %N | wc -l)" = $nodes ]; }
all_busy() { [ "$(squeue -h -t R -o %K | wc -l)" = $nodes ]; }
# A job that is requeued waits two minutes: not here.
queue_empty() {
  squeue -h -t PD -r -o '%i %r' | awk '$2 == "BeginTime" { print $1 }' | while read -r job; do
    scontrol update JobId="$job" StartTime=now 2>/dev/null || true
  done
  [ -z "$(squeue -h 2>&1)" ]
}
wait_for 30 all_idle
say "a cluster of $nodes nodes is up"

# --- The run -----------------------------------------------------------------------------------

cd "$work"
cat >batch.toml <<'TOML'
name = "batch"
replicates = 60000
quarters = 40
scenarios = ["no-guarantee", "article5-like", "back-away"]
[output]
charts = false
TOML
"$article5" run batch.toml --quiet --out single
say "the undivided run is done"

"$article5" submit slurm batch.toml --shards $shards --out parts
wait_for 30 all_busy
sleep 1

# The process of a shard: the one in whose environment Slurm put the index.
process_of() { # SHARD
  local process
  for process in $(pgrep -x article5); do
    if tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -qx "SLURM_ARRAY_TASK_ID=$1"; then
      echo "$process"
      return
    fi
  done
}
parent_of() { ps -o ppid= "$1" | tr -d ' '; }
shard_on() { squeue -h -w "$1" -t R -o %K; }

killed=$(shard_on n1)
kill -9 "$(process_of "$killed")"
say "killed the process of shard $killed"

orphaned=$(shard_on n2)
process=$(process_of "$orphaned")
script=$(parent_of "$process")
step=$(parent_of "$script")
kill -9 "$(cat "$work/n2.pid")" "$step" "$script" "$process"
say "node n2 died under shard $orphaned"

cut_off=$(shard_on n3)
kill -STOP "$(cat "$work/n3.pid")"
say "node n3 is cut off; its shard $cut_off runs on as a ghost beside its second copy"

"$article5" status parts
wait_for 400 queue_empty
say "the queue is empty"

# --- What was promised -------------------------------------------------------------------------

failed=0
check() { # WHAT CONDITION...
  if "${@:2}" >"$work/told" 2>&1; then
    say "ok: $1"
  else
    failed=$((failed + 1))
    say "NOT ok: $1"
    cat "$work/told"
  fi
}
# Exit code and message of a command that must be refused.
refused() { # WORD COMMAND...
  local code=0
  "${@:2}" >"$work/refusal" 2>&1 || code=$?
  [ $code = 2 ] && grep -q "$1" "$work/refusal" || { cat "$work/refusal"; return 1; }
}
same_tables() {
  local table
  for table in single/*.csv; do
    cmp "$table" "parts/run/$(basename "$table")"
  done
}
check "the merged tables are those of the undivided run to the byte" same_tables
check "the killed process was tried again" grep -q "try 2" "parts/log/$killed.log"
check "the shard of the dead node ran elsewhere" grep -q "requeued 1" "parts/log/$orphaned.log"
check "nothing is missing" test -z "$("$article5" missing parts)"

touch submitted
again() {
  "$article5" submit slurm batch.toml --shards $shards --out parts
  wait_for 120 queue_empty
  [ -z "$(find parts -name '*.a5part' -newer submitted)" ]
}
check "a second submission computes nothing" again

# --- What must be refused ----------------------------------------------------------------------

# Each on a copy of the partials; the run itself stays.
spoiled() { # COMMAND... on a copy called `spoiled`
  rm -rf spoiled
  mkdir spoiled
  cp parts/*.a5part parts/configuration.toml parts/alliance.csv spoiled/
  (cd spoiled && "$@")
}
part=part-3-of-$shards.a5part
flip() { printf '\377' | dd of="$part" bs=1 seek=500 conv=notrunc status=none; }
check "a damaged partial is refused by its name" \
  eval 'spoiled flip; refused "$part" "$article5" merge spoiled --out refused'
check "a truncated one is" \
  eval 'spoiled truncate -s -40 "$part"; refused "$part is truncated" "$article5" merge spoiled --out refused'
check "one that bears the name of another is" \
  eval 'spoiled mv "part-4-of-$shards.a5part" "$part"; cp "parts/$part" "spoiled/part-4-of-$shards.a5part"
        refused "should be called" "$article5" merge spoiled --out refused'
check "a missing one is named" \
  eval 'spoiled rm "$part"; refused "shards 3 of $shards are missing" "$article5" merge spoiled --out refused
        test "$("$article5" missing spoiled)" = 3'
foreign() {
  "$article5" run batch.toml --seed 7 --replicates 256 --shard "3/$shards" --quiet --out other
  spoiled cp ../other/"$part" .
  refused "$part belongs to another configuration" "$article5" merge spoiled --out refused
}
check "a foreign one is refused" foreign
check "nothing was made of what was refused" test ! -e refused

[ $failed = 0 ] && say "all promises are kept" || { say "$failed promises are broken"; exit 1; }
