#!/bin/sh
# Makes the component of `app.py`: CPython and its modules, linked by componentize-py from PyPI.
# usage: build.sh [FOLDER]; without one, in the folder that WASI_AOT_CORPUS names (see ../README.md), as cpython/app.wasm
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-${WASI_AOT_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/wasi-aot-corpus}/cpython}
mkdir -p "$to/wit/deps"
[ -d "$to/pkg" ] || python3 -m pip install --quiet --target "$to/pkg" componentize-py==0.25.1
cp "$here"/../../../runtime-lib/wit/wit/0.2/*.wit "$to/wit/deps"
printf 'package test:app;\nworld app { include wasi:cli/command@0.2.12; }\n' > "$to/wit/app.wit"
cp "$here/app.py" "$to"
cd "$to"
PYTHONPATH=pkg pkg/bin/componentize-py --quiet --wit-path wit --world app componentize app --output app.wasm
echo "$to/app.wasm"
