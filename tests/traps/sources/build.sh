#!/bin/bash
# Builds the modules with debug information: `lines-*.wasm` in the folder above. They are committed,
# so that the tests need no C compiler.
# usage: build.sh ZIG      ZIG: zig 0.17, whose clang is version 22
set -euo pipefail
cd "$(dirname "$0")"
object=$(mktemp)
trap 'rm -f "$object"' EXIT

build() { # NAME SOURCE OPTIONS…
  "$zig" clang --target=wasm32-freestanding -nostdlib -fdebug-prefix-map="$PWD=/src" "${@:3}" -c "$2" -o "$object"
  "$zig" wasm-ld "$object" --entry=_start -o "../$1.wasm"
}

zig=$1
for version in 4 5; do
  for level in 0 2; do build "lines-$version-O$level" lines.c "-gdwarf-$version" "-O$level"; done
done
build lines-cpp cpp.cc -gdwarf-5 -O2 -xc++
