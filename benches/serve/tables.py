"""Tables of the figures, and the section of docs/benchmarks.md that is made of them."""

import os, textwrap
import report
from measure import width

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.md")
HEADING = "## HTTP servers\n"
# The section comes before this one where the page does not have it yet.
NEXT = "## Ideas for better code\n"
# KiB: a server at rest has less than this.
LOUD = 2_000
WAYS = {
    "Snapshot": "snapshot",
    "WithoutMap": "without /proc",
    "GiveBack": "given back",
    "MapAgain": "mapped again",
}


def spread_of(figure, digits):
    """A median with its quartiles; `~` if they are apart by more than a tenth of it."""
    sign = "~" if width(figure) >= 0.1 else ""
    values = [f"{figure[key]:,.{digits}f}" for key in ("median", "q1", "q3")]
    return f"{sign}{values[0]} ({values[1]} to {values[2]})"


def ratio(figure, base):
    found = figure.get("ratios", {}).get(base)
    return f"{found['median']:.3f}" if found else "-"


def requests(figures):
    rows = []
    for name, figure in figures.items():
        fresh = f"wasmtime: {name.partition(': ')[2]}"
        rows.append(
            [
                name,
                spread_of(figure["cpu"], 1),
                ratio(figure, "hyper"),
                ratio(figure, fresh),
            ]
        )
    return ["CPU of a request, µs", "median (quartiles)", "/hyper", "/wasmtime"], rows


def memory(figures):
    rows = [
        [name, *(f"{figure[key]:,}" for key in ("idle", "used")), str(figure["processes"])]
        for name, figure in figures.items()
    ]
    return ["memory, KiB", "idle", "after 200 requests", "processes"], rows


def waiting(figures):
    rows = [[name, f"{figure['each']:,.0f}"] for name, figure in figures.items()]
    return ["memory, KiB", "a request that waits"], rows


def heard(figure):
    """A change of the system's memory, unless other changes were larger than what counts here."""
    if not figure or figure["q3"] - figure["q1"] > LOUD:
        return "-"
    return spread_of(figure, 0)


def system(figures):
    rows = []
    for name, figure in figures.items():
        rows.append([name, heard(figure["idle"]), heard(figure.get("each"))])
    return ["memory of the system, KiB", "idle", "a request that waits"], rows


def starts(figures):
    rows = [
        [name, spread_of(figure["cpu"], 0), spread_of(figure["wall"], 0)]
        for name, figure in figures.items()
    ]
    return ["start, µs", "CPU", "to the first answer"], rows


def instances(figures):
    rows = [[name, spread_of(figure["cpu"], 0)] for name, figure in figures.items()]
    return ["component", "CPU of a further worker, µs"], rows


def resets(figures):
    rows = [
        [name, *(f"{ways[way]['alone']:.1f} ({ways[way]['both']:.1f})" for way in WAYS)]
        for name, ways in figures.items()
    ]
    return ["pages written, µs", *WAYS.values()], rows


TABLES = {
    "requests": ("A request", requests),
    "memory": ("Memory", memory),
    "waiting": ("Requests that wait", waiting),
    "system": ("Memory of the system", system),
    "starts": ("Start", starts),
    "instances": ("Instances", instances),
    "resets": ("Restoring memory", resets),
}


def good(figures):
    return {name: figure for name, figure in figures.items() if "error" not in figure}


def all_tables(figures):
    """Title, head and rows of each table that has figures."""
    return [
        (title, *table(good(figures[kind])))
        for kind, (title, table) in TABLES.items()
        if good(figures.get(kind, {}))
    ]


def item(text):
    return textwrap.fill(
        text, 100, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
    )


def noise(figures):
    """How still the machine was."""
    found = good(figures.get("requests", {})).values()
    if not found:
        return []
    widths, others = [width(each["cpu"]) for each in found], [each["others"] for each in found]
    text = (
        f"Of {len(widths)} times of a request {sum(each < 0.1 for each in widths)} have an "
        f"interquartile range below 10 % of the median; the widest is {max(widths) * 100:.0f} %. "
        f"Other work took {min(others) * 100:.0f} to {max(others) * 100:.0f} % of the machine "
        "meanwhile, by row in the median round."
    )
    return [textwrap.fill(text, 100, break_on_hyphens=False)]


def failures(figures):
    return [
        item(f"{kind}, {name}: {figure['error']}")
        for kind in TABLES
        for name, figure in figures.get(kind, {}).items()
        if "error" in figure
    ]


def section(found):
    """The section, from its text in page.md: a line `@name` stands for a table."""
    machine, figures = found["machine"], found["figures"]
    made = {title: report.markdown(head, rows) for title, head, rows in all_tables(figures)}
    named = {f"@{kind}": made.get(title, "Not measured.") for kind, (title, _) in TABLES.items()}
    about = [item(f"{name}: {version}") for name, version in found["servers"].items()]
    on = (
        f"Measured on {machine['cores']} processors of {machine['cpu']}, Linux {machine['kernel']}:"
    )
    named["@conditions"] = "\n".join([on, "", *about])
    named["@noise"] = "\n".join(noise(figures))
    named["@code"] = f"{figures.get('code', {}).get('bytes', 0) / 1024:.1f}"
    with open(PAGE, encoding="utf-8") as file:
        text = file.read().rstrip()
    for name, part in named.items():
        text = text.replace(name, part)
    return "\n".join([text, *(["", *failures(figures)] if failures(figures) else [])]) + "\n"


def put(found, path):
    """Puts the section into the page, in place of the one that is there."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    before, heading, rest = page.partition(HEADING)
    if heading:
        rest = rest[rest.find("\n## ") + 1 :] if "\n## " in rest else ""
    else:
        before, heading, rest = page.partition(NEXT)
        rest = heading + rest
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + section(found) + ("\n" + rest if rest else ""))
