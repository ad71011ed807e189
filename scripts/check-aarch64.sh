#!/usr/bin/env bash
# The same bytes on another processor: builds for AArch64, runs all shipped scenarios there under qemu and
# here, and compares every table and chart; then runs the model's and the runner's own tests there.
#
#     scripts/check-aarch64.sh [REPLICATES]
#
# Takes a quarter of an hour. Needs rustc's aarch64-unknown-linux-gnu target (`rustup target add`, or Debian's
# libstd-rust-dev:arm64), and Debian's gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user. Where rustup
# cannot be reached, all of them are in a folder made by
#
#     debootstrap --variant=minbase sid FOLDER
#     chroot FOLDER sh -c 'dpkg --add-architecture arm64 && apt-get update && apt-get install cargo \
#         libstd-rust-dev:arm64 gcc libc6-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user'
set -euo pipefail
cd "$(dirname "$0")/.."
replicates=${1:-200}
target=aarch64-unknown-linux-gnu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER='qemu-aarch64 -L /usr/aarch64-linux-gnu'

run() { # FOLDER CARGO-OPTION...
    cargo run --quiet --release --locked "${@:2}" -- run --quiet --replicates "$replicates" \
        --out "$work/$1" configs/baseline.toml
}
run here
run there --target "$target"
grep -q '"machine": "linux aarch64' "$work/there/manifest.json"
# The manifest says where and when a run was made; all else is its result.
rm "$work"/*/manifest.json
diff -rq "$work/here" "$work/there"
echo "the same bytes in $(find "$work/here" -name '*.csv' | wc -l) tables"

cargo test --quiet --release --locked --target "$target" -p article5-model -p article5-runner --lib --tests
