#!/bin/sh
# Makes components of C files, beside them: p2.sh NAME.c… Needs zig and wasm-tools in PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
mkdir "$folder/deps"
for package in cli clocks filesystem io random sockets; do
  cp "$here/../../../runtime-lib/wit/wit/0.2/$package.wit" "$folder/deps/"
done
cat > "$folder/test.wit" <<'WIT'
package wasi-aot:test;
world test { include wasi:cli/command@0.2.12; import wasi:clocks/timezone@0.2.12; }
WIT
for source in "$@"; do
  name=$(basename "$source" .c)
  zig cc -target wasm32-freestanding -Os -s -nostdlib -Wl,--no-entry -I"$here/../include" "$source" -o "$folder/core.wasm"
  wasm-tools component embed "$folder" --world test --all-features "$folder/core.wasm" -o "$folder/embedded.wasm"
  wasm-tools component new "$folder/embedded.wasm" -o "$(dirname "$source")/$name.wasm"
done
