"""Prints the tables."""
import math


def cell(entry, figure):
    """A figure of an engine, or a dash where a reason stands below the table."""
    return "-" if "error" in entry else figure(entry)


def table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(text.ljust(size) if i == 0 else text.rjust(size) for i, (text, size) in enumerate(zip(row, widths))))


def mean(values):
    """The geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def ratio(entries, name, base, kind):
    """A ratio of counts, or None where one side has none."""
    own, other = entries[name].get(kind), entries[base].get(kind) if base in entries else None
    return own / other if own and other else None


def print_counts(results, names, base):
    """Instructions in millions, and ratios to the base."""
    others = [name for name in names if name != base]
    rows, ratios = [], {name: [] for name in others}
    for program, entries in results.items():
        row = [program, *(cell(entries[name], lambda e: f"{e['count'] / 1e6:.2f}") for name in names)]
        for name in others:
            value = ratio(entries, name, base, "count")
            row.append(f"{value:.3f}" if value else "-")
            if value:
                ratios[name].append(value)
        rows.append(row)
    means = [f"{mean(ratios[name]):.3f}" if ratios[name] else "-" for name in others]
    rows.append(["geometric mean", *("" for _ in names), *means])
    table(["Minstructions", *names, *(f"{name}/{base}" for name in others)], rows)
    print_reasons(results)


def print_times(results, names, base):
    """Seconds and ratios; `~` is by a ratio whose rounds did not keep still."""
    others = [name for name in names if name != base]
    rows, ratios = [], {name: [] for name in others}
    for program, entries in results.items():
        row = [program, *(cell(entries[name], lambda e: f"{e['seconds']['median']:.3f}") for name in names)]
        for name in others:
            figure = entries[name].get("ratio")
            row.append(f"{'' if entries[name]['still'] else '~'}{figure['median']:.3f}" if figure else "-")
            if figure:
                ratios[name].append(figure["median"])
        rows.append(row)
    means = [f"{mean(ratios[name]):.3f}" if ratios[name] else "-" for name in others]
    rows.append(["geometric mean", *("" for _ in names), *means])
    table(["seconds", *names, *(f"{name}/{base}" for name in others)], rows)
    print_reasons(results)


def print_reasons(results):
    for program, entries in results.items():
        for name, entry in entries.items():
            if "error" in entry:
                print(f"{program}, {name}: {entry['error']}")
