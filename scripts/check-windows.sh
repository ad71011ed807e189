#!/usr/bin/env bash
# The same bytes on Windows: builds for it with MinGW, runs all shipped scenarios there under Wine and here, and
# compares every table and chart; then runs the model's and the runner's own tests there.
#
#     scripts/check-windows.sh [REPLICATES]
#
# Takes a quarter of an hour. Needs rustc's x86_64-pc-windows-gnu target (`rustup target add`), and Debian's
# gcc-mingw-w64-x86-64-win32 and wine64. Where rustup cannot be reached, Rust's standard library is built too, of
# Debian's packages in a folder made by
#
#     debootstrap --variant=minbase sid FOLDER
#     chroot FOLDER sh -c 'apt-get update && apt-get install cargo rust-src gcc libc6-dev \
#         gcc-mingw-w64-x86-64-win32 wine wine64 ca-certificates'
set -euo pipefail
cd "$(dirname "$0")/.."
replicates=${1:-200}
target=x86_64-pc-windows-gnu
work=$(mktemp -d)
# Wine would write to its folder once more as it ends.
trap 'wineboot -k > /dev/null 2>&1 || true; rm -rf "$work"' EXIT

export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine WINEDEBUG=-all WINEPREFIX="$work/wine"
there=(--target "$target")
library=$(rustc --print sysroot)/lib/rustlib
if [ ! -d "$library/$target" ]; then
    # What rustup brings along for the start and the end of a program.
    for part in rsbegin rsend; do
        RUSTC_BOOTSTRAP=1 rustc --target "$target" --emit obj -o "$work/$part.o" \
            "$library/src/rust/library/rtstartup/$part.rs"
    done
    export RUSTC_BOOTSTRAP=1
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="-C link-self-contained=no -L $work"
    there+=(-Z build-std=std,panic_unwind,test,proc_macro)
fi

run() { # FOLDER CARGO-OPTION...
    cargo run --quiet --release --locked "${@:2}" -- run --quiet --replicates "$replicates" \
        --out "$work/$1" configs/baseline.toml
}
run here
run there "${there[@]}"
grep -q '"machine": "windows x86_64' "$work/there/manifest.json"
# The manifest says where and when a run was made; all else is its result.
rm "$work"/*/manifest.json
diff -rq "$work/here" "$work/there"
echo "the same bytes in $(find "$work/here" -name '*.csv' | wc -l) tables"

# Windows programs cannot ask Linux's cargo where the workspace is.
export INSTA_WORKSPACE_ROOT=$PWD
cargo test --quiet --no-fail-fast --release --locked "${there[@]}" -p article5-model -p article5-runner --lib --tests
