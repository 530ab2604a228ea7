"""Tables of the results, as text for a terminal or as Markdown."""

import math
import results as data

UNITS = {
    "times": ("seconds", 1, 3),
    "counts": ("Minstructions", 1e-6, 2),
    "text": ("KiB of code", 1 / 1024, 1),
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


def mean_of(ratios):
    """The geometric mean of ratios, how many there are, and whether all count; None without one."""
    found = [each for each in ratios if each]
    if not found:
        return None
    return mean([each[0] for each in found]), len(found), all(each[1] for each in found)


def means(results, programs, others, kind, base):
    """The geometric mean of each engine's ratios, and of how many where some are missing."""
    cells = []
    for name in others:
        found = mean_of(data.ratio(results, program, name, kind, base) for program in programs)
        partly = f" ({found[1]})" if found and found[1] < len(programs) else ""
        cells.append(f"{found[0]:.3f}{partly}" if found else "-")
    return cells


def measured(results, programs, names, kind):
    """The engines that were measured with any of these programs, even if in vain."""
    return [
        name
        for name in names
        if any(data.entry(results, program, name, kind) for program in programs)
    ]


def section(results, programs, names, kind, numbers=True):
    """A table of a section: figures, and ratios to the base. Engines that were not measured with
    any of the programs have no column; nor have those without figures where wasmtime is the base.
    """
    unit, factor, digits = UNITS[kind]
    base = data.base_of(results, programs, kind)
    names = measured(results, programs, names, kind)
    if base and base != results["base"]:
        names = [
            name
            for name in names
            if any(data.figure(results, program, name, kind) for program in programs)
        ]
    # Where the base is another one, its numbers say more than ratios alone.
    shown_names = names if numbers or base != results["base"] else [base]
    others = [name for name in names if name != base] if base else []
    is_bare = shown_names == [base]
    head = [unit, *shown_names, *(name if is_bare else f"{name}/{base}" for name in others)]
    rows = []
    for program in programs:
        figures = (data.figure(results, program, name, kind) for name in shown_names)
        ratios = (shown(data.ratio(results, program, name, kind, base)) for name in others)
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
    if len(rows) > 1 and others:
        mean_cells = means(results, programs, others, kind, base)
        rows.append(["geometric mean", *("" for _ in shown_names), *mean_cells])
    return head, rows


def extra(results, programs, names, kind, key, unit, factor):
    """A table of one more number of a section: peak memory or size."""
    names = measured(results, programs, names, kind)
    rows = []
    for program in programs:
        entries = (data.entry(results, program, name, kind) for name in names)
        rows.append(
            [program, *(f"{entry[key] * factor:.1f}" if key in entry else "-" for entry in entries)]
        )
    return [unit, *names], rows


def costs(results, names):
    """A table of what small things cost, with the quartiles."""
    held = results["costs"].values()
    names = [name for name in names if any(name in each["engines"] for each in held)]
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
