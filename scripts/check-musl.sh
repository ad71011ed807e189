#!/usr/bin/env bash
# The same bytes with another C library: builds a program for musl that needs no library of the system, runs all
# shipped scenarios with it and with the usual one, and compares every table and chart.
#
#     scripts/check-musl.sh [REPLICATES]
#
# Needs rustc's x86_64-unknown-linux-musl target (`rustup target add`). Where rustup cannot be reached, Rust's
# standard library is built too, of Debian's packages in a folder made by
#
#     debootstrap --variant=minbase sid FOLDER
#     chroot FOLDER sh -c 'apt-get update && apt-get install cargo rust-src musl-tools gcc libc6-dev ca-certificates'
set -euo pipefail
cd "$(dirname "$0")/.."
replicates=${1:-200}
target=x86_64-unknown-linux-musl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

program=(-p article5 --bin article5 --release --locked --quiet)
if [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    cargo build "${program[@]}" --target "$target"
else
    # Debian has no libunwind for musl. That of gcc asks glibc for a table first, which is not there.
    ln -s "$(gcc -print-file-name=libgcc_eh.a)" "$work/libunwind.a"
    echo 'int _dl_find_object(void *address, void *found) { return -1; }' > "$work/find.c"
    gcc -c -o "$work/find.o" "$work/find.c"
    RUSTC_BOOTSTRAP=1 CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=musl-gcc \
        cargo rustc "${program[@]}" --target "$target" -Z build-std=std,panic_unwind -- \
        -C link-self-contained=no -L "$work" -C link-arg="$work/find.o"
fi
cargo build "${program[@]}"

run() { # FOLDER PROGRAM
    "$2" run --quiet --replicates "$replicates" --out "$work/$1" configs/baseline.toml
}
run musl "${CARGO_TARGET_DIR:-target}/$target/release/article5"
run usual "${CARGO_TARGET_DIR:-target}/release/article5"
# The manifest says when a run was made; all else is its result.
rm "$work"/*/manifest.json
diff -rq "$work/musl" "$work/usual"
echo "the same bytes in $(find "$work/musl" -name '*.csv' | wc -l) tables"
