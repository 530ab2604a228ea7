#!/usr/bin/env python3
"""Compares the kernels of kernels/simd.c with wasmtime, for each CPU level, as ratios of user time (above 1: wasi-aot is slower).

usage: simd.py [--rounds N] [--wasi-aot PATH] [--wasmtime PATH] [--cpu CPU,...] [KERNEL...]
The module is built by the corpus's zig (WASI_AOT_CORPUS); wasmtime compiles for the CPU that it runs on. The figures are medians of
interleaved rounds. wasi-aot is target/release/wasi-aot unless it is named.
"""
import os, statistics, tempfile
from engines import HERE, arguments, corpus, fail, measured, parser, required, succeed

FLAGS = ["-target", "wasm32-wasi", "-O2", "-msimd128", "-mrelaxed-simd"]


def repetitions(command):
    """So many that a run takes some tenths of a second."""
    count = 200
    while measured([*command, str(count)])[0] < 0.15:
        count *= 2
    return str(count)


def main():
    options = parser(__doc__, 7)
    options.add_argument("--cpu", default="x86-64-v2,x86-64-v3,native")
    options = arguments(options)
    cpus = options.cpu.split(",")
    with tempfile.TemporaryDirectory() as folder:
        module, cwasm = os.path.join(folder, "simd.wasm"), os.path.join(folder, "simd.cwasm")
        zig = required(os.path.join(corpus(), "zig/ziglang/zig"), "get the corpus (tests/programs/README.md)", os.X_OK)
        succeed([zig, "cc", *FLAGS, os.path.join(HERE, "kernels/simd.c"), "-o", module])
        succeed([options.wasmtime, "compile", "-o", cwasm, module])
        engines = [[options.wasmtime, "run", "--allow-precompiled", cwasm]]
        for cpu in cpus:
            app = os.path.join(folder, cpu)
            succeed([options.wasi_aot, "build", "-q", "--no-cache", "--cpu", cpu, module, "-o", app])
            engines.append([app])
        kernels = succeed(engines[0])[1].decode().split()
        unknown = set(options.names) - set(kernels)
        if unknown:
            fail(f"there is no kernel {', '.join(sorted(unknown))}; the kernels are {', '.join(kernels)}")
        print(f"{'':14}" + "".join(f"{cpu:>12}" for cpu in cpus))
        for name in options.names or kernels:
            count = repetitions([*engines[0], name])
            times = [[] for _ in engines]
            for _ in range(options.rounds):
                outputs = []
                for engine, own in zip(engines, times):
                    seconds, _, output = measured([*engine, name, count])
                    own.append(seconds)
                    outputs.append(output)
                # What relaxed instructions give is left to the CPU.
                if len(set(outputs)) > 1 and "relaxed" not in name:
                    fail(f"{name}: the answers differ: {outputs}")
            theirs = statistics.median(times[0])
            print(f"{name:14}" + "".join(f"{statistics.median(own) / theirs:12.2f}" for own in times[1:]), flush=True)


main()
