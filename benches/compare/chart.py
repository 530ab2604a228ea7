"""The ratios of run time as a picture: a dot is a median, the line through it reaches from the
first to the third quartile."""

import math
from html import escape
import results as data

COLOURS = {
    "wasi-aot": "#d62728",
    "wasi-aot-native": "#8c564b",
    "baseline": "#f7a8a8",
    "wasmtime": "#1f77b4",
    "wasm2c-clang": "#2ca02c",
    "wasm2c-gcc": "#98df8a",
    "node": "#ff7f0e",
    "native-scalar": "#7f7f7f",
}
LEFT, WIDTH, STEP, TOP = 150, 620, 7, 58


def text(x, y, what, anchor="start", size=12):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}>{escape(what)}</text>"


def scale(figures):
    """From a ratio to a place, by its logarithm, and the ratios that have a line."""
    low = min([0.8, *(each["q1"] for each in figures)])
    high = max([2.0, *(each["q3"] for each in figures)])
    span = math.log(high / low)

    def place(ratio):
        return LEFT + WIDTH * math.log(ratio / low) / span

    marks = [
        mark
        for mark in (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 8, 12, 16)
        if low <= mark <= high
    ]
    return place, marks


def dot(place, y, figure, colour):
    """One engine's ratio. A ring in place of a dot is a ratio whose rounds did not keep still."""
    x, q1, q3 = (place(figure[key]) for key in ("median", "q1", "q3"))
    fill = colour if figure["still"] else "white"
    return (
        f'<line x1="{q1:.1f}" y1="{y}" x2="{q3:.1f}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y}" r="3" fill="{fill}" stroke="{colour}"/>'
    )


def legend(names):
    parts, x = [], LEFT
    for name in names:
        parts.append(f'<circle cx="{x:g}" cy="24" r="4" fill="{COLOURS[name]}"/>')
        parts.append(text(x + 9, 28, name))
        x += 30 + 7.5 * len(name)
    return parts


def chart(results, programs, names):
    """The picture as SVG, or None where there is nothing to show."""
    names = [name for name in names if name != results["base"]]
    entries = {
        program: {name: data.entry(results, program, name, "times") for name in names}
        for program in programs
    }
    rows = {
        program: {
            name: entry["ratios"][results["base"]]
            for name, entry in held.items()
            if results["base"] in entry.get("ratios", {})
        }
        for program, held in entries.items()
    }
    rows = {program: held for program, held in rows.items() if held}
    if not rows:
        return None
    place, marks = scale([ratio for held in rows.values() for ratio in held.values()])
    row = STEP * len(names) + 8
    height = TOP + row * len(rows) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 30} {height}" '
        'font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
        text(LEFT, 13, f"run time, as a multiple of {results['base']}", size=13),
        *legend(names),
    ]
    for mark in marks:
        colour = "#333" if mark == 1 else "#ddd"
        parts.append(f'<path d="M{place(mark):.1f} {TOP - 8}V{height - 10}" stroke="{colour}"/>')
        parts.append(text(place(mark), TOP - 12, f"{mark:g}", "middle", 11))
    for index, (program, held) in enumerate(rows.items()):
        top = TOP + row * index
        if index % 2:
            parts.insert(2, f'<rect y="{top}" width="100%" height="{row}" fill="#f5f5f5"/>')
        parts.append(text(LEFT - 10, top + row / 2 + 2, program, "end"))
        parts.extend(
            dot(place, top + STEP * at + 8, held[name], COLOURS[name])
            for at, name in enumerate(names)
            if name in held
        )
    return "\n".join([*parts, "</svg>"]) + "\n"
