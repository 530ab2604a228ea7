"""Tables of the results, as text for a terminal or as Markdown."""

import math
import results as data

UNITS = {
    "times": ("seconds", 1, 3),
    "counts": ("Minstructions", 1e-6, 2),
    "compile": ("compile, s", 1, 2),
}


def aligned(head, rows):
    """A table for a terminal."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = (
        "  ".join(
            text.ljust(size) if i == 0 else text.rjust(size)
            for i, (text, size) in enumerate(zip(row, widths))
        )
        for row in [head, *rows]
    )
    return "\n".join(line.rstrip() for line in lines)


def markdown(head, rows):
    """A table for a page."""
    return "\n".join(
        "| " + " | ".join(row) + " |" for row in [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    )


def mean(values):
    """The geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def shown(ratio):
    """A ratio; `~` tells that its rounds did not keep still."""
    return f"{'' if ratio[1] else '~'}{ratio[0]:.3f}" if ratio else "-"


def means(results, programs, others, kind):
    """The geometric mean of each engine's ratios, and of how many where some are missing."""
    cells = []
    for name in others:
        found = [
            each[0]
            for each in (data.ratio(results, program, name, kind) for program in programs)
            if each
        ]
        partly = f" ({len(found)})" if len(found) < len(programs) else ""
        cells.append(f"{mean(found):.3f}{partly}" if found else "-")
    return cells


def section(results, programs, names, kind, numbers=True):
    """A table of a section: figures, and ratios to the base."""
    unit, factor, digits = UNITS[kind]
    others = [name for name in names if name != results["base"]]
    head = [
        unit,
        *(names if numbers else [results["base"]]),
        *(f"{name}/{results['base']}" if numbers else name for name in others),
    ]
    rows = []
    for program in programs:
        figures = (
            data.figure(results, program, name, kind)
            for name in (names if numbers else [results["base"]])
        )
        ratios = (shown(data.ratio(results, program, name, kind)) for name in others)
        rows.append(
            [
                program,
                *(
                    f"{value * factor:.{digits}f}" if value is not None else "-"
                    for value in figures
                ),
                *ratios,
            ]
        )
    rows.append(
        [
            "geometric mean",
            *("" for _ in (names if numbers else [0])),
            *means(results, programs, others, kind),
        ]
    )
    return head, rows


def extra(results, programs, names, kind, key, unit, factor):
    """A table of one more number of a section: peak memory or size."""
    rows = []
    for program in programs:
        entries = (data.entry(results, program, name, kind) for name in names)
        rows.append(
            [program, *(f"{entry[key] * factor:.1f}" if key in entry else "-" for entry in entries)]
        )
    return [unit, *names], rows


def costs(results, names):
    """A table of what small things cost, with the quartiles."""
    rows = []
    for cost, held in results["costs"].items():
        figures = (held["engines"].get(name, {}) for name in names)
        rows.append(
            [
                f"{cost}, {held['unit']}",
                *(
                    (
                        f"{each['median']:.1f} ({each['q1']:.1f} to {each['q3']:.1f})"
                        if "median" in each
                        else "-"
                    )
                    for each in figures
                ),
            ]
        )
    return ["", *names], rows


def print_all(results, programs, names, kinds):
    for kind in kinds:
        if kind == "costs":
            print(aligned(*costs(results, names)), end="\n\n")
            continue
        held = [
            program
            for program in programs
            if any(data.entry(results, program, name, kind) for name in names)
        ]
        if not held:
            continue
        print(aligned(*section(results, held, names, kind)), end="\n\n")
        if kind == "compile":
            print(
                aligned(*extra(results, held, names, kind, "memory", "compile, MiB", 1)), end="\n\n"
            )
        if kind == "times":
            print(
                aligned(*extra(results, held, names, kind, "size", "size, KiB", 1 / 1024)),
                end="\n\n",
            )
    shared = {}
    for program, name, reason in data.reasons(results, programs, kinds):
        if name in names:
            shared.setdefault((name, reason), []).append(program)
    for (name, reason), held in shared.items():
        print(f"{name}, {', '.join(held)}: {reason}")
