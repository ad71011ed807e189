# shellcheck shell=bash
# A Slurm of $nodes nodes of one core on the loopback, in the folder $work, for tests. It is sourced,
# and wants to be in mount, network and process namespaces of its own, where it is root.

start_slurm() {
  ip link set lo up
  # Slurm resolves no name when 127.0.0.1 is the only address.
  ip addr add 10.255.0.1/32 dev lo
  mkdir -p "$work"/{state,log,munge}
  # munge insists on both.
  chmod 711 "$work/munge"
  (umask 077 && head -c 1024 /dev/urandom >"$work/munge/key")
  cat >"$work/slurm.conf" <<CONF
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
  wait_for 30 all_idle
}

all_idle() { [ "$(sinfo -h -N -t idle -o %N | wc -l)" = "$nodes" ]; }

# A job that is requeued waits two minutes, and then behind all others: not here.
hurry() {
  squeue -h -t PD -r -o '%i %r' | awk '$2 == "BeginTime" { print $1 }' | while read -r job; do
    scontrol update JobId="$job" StartTime=now 2>/dev/null || true
    scontrol update JobId="$job" Priority=4294900000 2>/dev/null || true
  done
}

queue_empty() {
  hurry
  # An error is no empty queue.
  local queue
  queue=$(squeue -h 2>&1) && [ -z "$queue" ]
}
