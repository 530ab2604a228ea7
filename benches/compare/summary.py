"""The figures that the comparison comes down to: means of ratios of wasi-aot."""

import programs, report
import results as data

OWN, NATIVE_CPU = "wasi-aot", "wasi-aot-native"
COMPILED = ("yosys", "avr-cc1plus", "sqlite", "boolector", "quickjs")
SLOWER = 1.03


def cell(ratios, worst=False):
    """The mean of ratios, with the highest if it is asked for. A number in brackets tells how many
    there are where some are missing; `~` that some do not count."""
    ratios = list(ratios)
    found = report.mean_of(ratios)
    if not found:
        return "-"
    mean, count, still = found
    text = report.shown((mean, still))
    text += f" ({count} of {len(ratios)})" if count < len(ratios) else ""
    highest = max(each[0] for each in ratios if each)
    return text + (f", highest {highest:.3f}" if worst else "")


def slower(ratios):
    """The programs that wasmtime runs faster by more than 3 %."""
    names = [name for name, ratio in ratios.items() if ratio and ratio[0] > SLOWER]
    marked = [name if ratios[name][1] else f"~{name}" for name in names]
    return ", ".join(marked) or ("none" if any(ratios.values()) else "-")


def rows(results):
    """What is compared, and the figure."""
    held = results["programs"]

    def ratios(names, kind, base, engine=OWN):
        return {
            name: data.ratio(results, name, engine, kind, base) if name in held else None
            for name in names
        }

    # Zstandard's module is the same twice: only its native builds differ.
    run = [
        each.name for each in programs.ALL if not each.only_compiled and each.name != "zstd-plain"
    ]
    vectors = [each.name for each in programs.ALL if each.simd]
    native = results["base"]
    over_wasmtime = ratios(run, "times", "wasmtime")
    memory = [
        data.memory_ratio(results, name, OWN, "wasmtime") if name in held else None
        for name in COMPILED
    ]
    applications, plain = programs.APPLICATIONS, programs.PLAIN_APPLICATIONS
    code = ratios(("sqlite", "lua"), "text", native)
    return [
        ["run time over wasmtime: all programs", cell(over_wasmtime.values())],
        [
            "run time over wasmtime: applications",
            cell(ratios(applications, "times", "wasmtime").values()),
        ],
        ["slower than wasmtime by more than 3 %", slower(over_wasmtime)],
        [
            f"run time over {native}: applications",
            cell(ratios(plain, "times", native).values()),
        ],
        [
            f"instructions over {native}: applications",
            cell(ratios(plain, "counts", native).values()),
        ],
        *(
            [f"code over {native}: {name}", report.shown(ratio)] for name, ratio in code.items()
        ),
        [
            "CPU time of compiling over wasmtime",
            cell(ratios(COMPILED, "compile", "wasmtime").values(), worst=True),
        ],
        ["peak memory of compiling over wasmtime", cell(memory, worst=True)],
        [
            "programs of vectors with `--cpu native` over wasmtime",
            cell(ratios(vectors, "times", "wasmtime", NATIVE_CPU).values(), worst=True),
        ],
    ]


def table(results):
    """The table, or None where it would be empty."""
    found = rows(results)
    return (["wasi-aot", "ratio"], found) if any(row[1] != "-" for row in found) else None
