#!/usr/bin/env bash
# The shards of a run over several machines by GNU parallel, without a scheduler.
# usage: parallel.sh CONFIGURATION FOLDER SHARDS [LOGIN...]; configuration and folder on a file system
# that all machines share. What is done is skipped: run it again after a failure.
# -q: a shell reads the command again on the other side, which must not part paths at their spaces.
set -euo pipefail
: "${3:?usage: parallel.sh CONFIGURATION FOLDER SHARDS [LOGIN...]}"
configuration=$(realpath "$1") folder=$(realpath -m "$2") shards=$3
shift 3
logins=()
for login in "$@"; do logins+=(--sshlogin "$login"); done
seq 0 $((shards - 1)) | parallel -q "${logins[@]}" --retries 2 \
  article5 run "$configuration" --shard "{}/$shards" --threads 1 --quiet --out "$folder"
article5 merge "$folder" --out "$folder/run"
