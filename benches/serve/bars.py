"""What servers are to reach, beside what was measured."""


def median(figures, kind, name, *path):
    """A figure, if it was measured."""
    found = figures.get(kind, {}).get(name, {})
    for key in path:
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found.get("median") if isinstance(found, dict) else found


def ratio(name, base):
    return lambda figures: median(figures, "requests", name, "ratios", base)


def reset(name, way="Snapshot", which="alone"):
    return lambda figures: median(figures, "resets", name, way, which)


def over_mapping(figures):
    """Pages that differ each time: the request and the restoration, over those with a mapping."""
    own, mapped = (
        reset("300 others of 3,000", way, "both")(figures) for way in ("Snapshot", "MapAgain")
    )
    return own / mapped if own and mapped else None


def start(language, base):
    """The CPU time of a start, over that of a C server and 1.2 times the instantiation."""

    def measure(figures):
        own = median(figures, "starts", f"wasi-aot: {language}", "cpu")
        native = median(figures, "starts", base, "cpu")
        instance = median(figures, "instances", language, "cpu")
        least = median(figures, "instances", "tiny", "cpu")
        if None in (own, native, instance, least):
            return None
        return own / (native + 1.2 * max(instance - least, 0))

    return measure


HYPER = "hyper"
BARS = [
    ("request, Rust, over hyper", 3.3, ratio("wasi-aot: Rust", HYPER)),
    ("request, Rust, no /proc, over hyper", 6, ratio("wasi-aot without /proc: Rust", HYPER)),
    (
        "request, JavaScript, over wasmtime",
        0.4,
        ratio("wasi-aot: JavaScript", "wasmtime: JavaScript"),
    ),
    ("request, Python, over wasmtime", 0.12, ratio("wasi-aot: Python", "wasmtime: Python")),
    (
        "idle, Rust, MB",
        1.5,
        lambda figures: (median(figures, "memory", "wasi-aot: Rust", "idle") or 0) * 1.024e-3
        or None,
    ),
    (
        "waiting, Rust, KiB",
        160,
        lambda figures: median(figures, "waiting", "wasi-aot: low", "each"),
    ),
    (
        "waiting, JavaScript, KiB",
        550,
        lambda figures: median(figures, "waiting", "wasi-aot: JavaScript", "each"),
    ),
    (
        "idle, Rust, of the system, MB",
        3,
        lambda figures: (median(figures, "system", "wasi-aot: Rust", "idle") or 0) * 1.024e-3
        or None,
    ),
    (
        "waiting, Rust, of the system, KiB",
        400,
        lambda figures: median(figures, "system", "wasi-aot: low", "each"),
    ),
    (
        "waiting, JavaScript, of the system, KiB",
        800,
        lambda figures: median(figures, "system", "wasi-aot: JavaScript", "each"),
    ),
    *(
        (f"start, {name}, over {base} and instance", 1, start(name, base))
        for name in ("Rust", "JavaScript", "Python")
        for base in ("C on epoll", "C with 2 confined workers")
    ),
    (
        "code of the server, KiB",
        48,
        lambda figures: figures.get("code", {}).get("bytes", 0) / 1024 or None,
    ),
    ("reset, 12 of 32 pages, µs", 5, reset("12 of 32, with contents")),
    ("reset, 300 of 3,000 pages, µs", 80, reset("300 of 3,000, with contents")),
    ("reset, 300 others, over mapping", 1, over_mapping),
]


def table(figures):
    rows = []
    for name, most, measure in BARS:
        value = measure(figures)
        shown = "-" if value is None else f"{value:.3f}" if most < 10 else f"{value:.1f}"
        verdict = "" if value is None else "reached" if value <= most else "missed"
        rows.append([name, str(most), shown, verdict])
    return ["bar", "at most", "measured", ""], rows
