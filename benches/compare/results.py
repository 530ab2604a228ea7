"""The results as JSON: what a new run gives takes the place of what was there, and the rest stays.

`programs`, the program, `engines`, the engine, and then `times`, `counts`, `text` or `compile`:
figures, or an `error`. Figures of another version of an engine, of a program that was made of
other things, or of another machine, are dropped. Ratios to another base do not fit those that are
there: that is an error for a file that was named, before anything is measured.
"""

import json, os, platform
import compilers
from tools import end


def machine():
    """The processor, how many there are, and the kernel: the figures depend on them."""
    name = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            models = [
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            ]
        name = models[0] if models else name
    return {"cpu": name, "cores": os.cpu_count(), "kernel": platform.release().split("-")[0]}


def load(path):
    with open(path) as file:
        return json.load(file)


def opened(path, chosen, base, machine, kept):
    """The results so far, as the start of new ones by these engines.

    `kept`: somebody named the file, to keep them.
    """
    versions = {engine.name: engine.version() for engine in chosen}
    old = load(path) if os.path.exists(path) else {}
    if kept and old.get("base", base) != base:
        end(f"{path} has ratios to {old['base']}: name that engine first, or another file")
    if old.get("machine") != machine or old.get("base") != base:
        old = {}
    stale = {
        name
        for name, version in old.get("engines", {}).items()
        if versions.get(name, version) != version
    }
    results = {
        "machine": machine,
        "base": base,
        "engines": {**old.get("engines", {}), **versions},
        "programs": old.get("programs", {}),
        "costs": old.get("costs", {}),
    }
    for held in (*results["programs"].values(), *results["costs"].values()):
        for name in stale:
            held["engines"].pop(name, None)
    return results


def record(results, program, kind, entries):
    """Puts a section's entries of a program into the results."""
    held = results["programs"].setdefault(program.name, {"engines": {}})
    made_of = compilers.made_of(program)
    if held.get("made_of") != made_of:
        held["engines"] = {}
    held["made_of"], held["group"] = made_of, program.group
    held["arguments"], held["counted"] = program.arguments, program.counted
    for name, entry in entries.items():
        held["engines"].setdefault(name, {})[kind] = entry


def record_costs(results, found):
    for name, cost in found.items():
        held = results["costs"].setdefault(name, {"engines": {}})
        held["unit"] = cost["unit"]
        held["engines"].update(cost["engines"])


def save(results, path):
    part = path + ".part"
    with open(part, "w") as file:
        json.dump(results, file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(part, path)


def entry(results, program, name, kind):
    """A section's entry of an engine, or an empty one where it was never measured."""
    # A program that is only compiled is not there if no compilation was measured.
    engines = results["programs"].get(program, {}).get("engines", {})
    return engines.get(name, {}).get(kind, {})


def figure(results, program, name, kind):
    """The number that a section's table shows, or None."""
    own = entry(results, program, name, kind)
    if "error" in own or not own:
        return None
    return {
        "times": lambda: own["seconds"]["median"],
        "counts": lambda: own["count"],
        "text": lambda: own["text"],
        "compile": lambda: own["seconds"]["median"],
    }[kind]()


def ratio(results, program, name, kind, base):
    """A ratio to another engine, and whether it counts; None where one side has no figure."""
    if kind == "times":
        own = entry(results, program, name, kind).get("ratios", {}).get(base)
        return (own["median"], own["still"]) if own else None
    own, other = (figure(results, program, each, kind) for each in (name, base))
    return (own / other, True) if own and other else None


def memory_ratio(results, program, name, base):
    """The ratio of the peaks of memory while compiling."""
    own, other = (
        entry(results, program, each, "compile").get("memory") for each in (name, base)
    )
    return (own / other, True) if own and other else None


def base_of(results, programs, kind):
    """What engines are compared with: the base, or wasmtime where that has no figures."""
    for base in (results["base"], "wasmtime"):
        if any(figure(results, program, base, kind) for program in programs):
            return base
    return None


def reasons(results, programs, kinds):
    """All that went wrong: program, engine, reason. The same reason is told once."""
    found = dict.fromkeys(
        (program, name, sections[kind]["error"])
        for program in programs
        if program in results["programs"]
        for name, sections in results["programs"][program]["engines"].items()
        for kind in kinds
        if "error" in sections.get(kind, {})
    )
    costs = dict.fromkeys(
        (cost, name, figure["error"])
        for cost, held in results["costs"].items()
        for name, figure in held["engines"].items()
        if "error" in figure
    )
    return [*found, *(costs if "costs" in kinds else ())]
