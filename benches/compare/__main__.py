"""Compares wasi-aot with native code and with other engines: `python3 benches/compare`.

Everything that is needed is fetched and built, and kept for the next time. README.md tells what is
measured and how.
"""

import argparse, os
import chart, costs, engines, measure, page, programs, report, results, sections, summary
from tools import CACHE, ROOT, end, forget, say

DAILY = "native,wasmtime,wasi-aot"


def arguments():
    options = argparse.ArgumentParser(
        prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = options.add_argument
    add("--only", metavar="PROGRAM,...", help="these programs or groups")
    add(
        "--engines",
        metavar="ENGINE,...",
        help="these engines; the first is what the others are compared with "
        f"[all; with --counts {DAILY}]",
    )
    add(
        "--rounds", type=int, default=measure.ROUNDS, help="fewer than 15 give no ratio that counts"
    )
    add(
        "--quick",
        action="store_true",
        help="one round with the small arguments: a test of all this",
    )
    add("--counts", action="store_true", help="count instructions only")
    add("--sections", metavar="SECTION,...", help=f"these parts only: {','.join(sections.KINDS)}")
    add(
        "--tool",
        type=os.path.abspath,
        default=os.path.join(ROOT, "target/release/wasi-aot"),
        help="the wasi-aot that is measured",
    )
    add("--baseline", type=os.path.abspath, help="a second wasi-aot")
    add(
        "--cpu",
        default="x86-64-v2",
        help="what all but wasmtime and node may take for granted of the CPU",
    )
    add("--json", type=os.path.abspath, help="where the results are kept")
    add("--svg", type=os.path.abspath, help="where the picture goes")
    add(
        "--page",
        type=os.path.abspath,
        help="make this page, and the picture beside it, of --json; measure nothing",
    )
    return options.parse_args()


def chosen(asked, known, what):
    """The names that a comma-separated option gives, all of which must be known."""
    names = asked.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        end(f"there is no {what} {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def chosen_programs(asked):
    if not asked:
        return programs.ALL
    groups = dict.fromkeys(program.group for program in programs.ALL)
    names = chosen(asked, [*programs.BY_NAME, *groups], "program or group")
    return [program for program in programs.ALL if program.name in names or program.group in names]


def chosen_engines(options):
    if not os.access(options.tool, os.X_OK):
        end(
            f"{options.tool} is not there: build it with `cargo build --release`, "
            "or name it with --tool"
        )
    known = engines.engines(options.tool, options.baseline, options.cpu)
    asked = options.engines or (DAILY if options.counts else ",".join(known))
    names = chosen(asked, known, "engine")
    if options.baseline and "baseline" not in names:
        names.append("baseline")
    return [known[name] for name in names]


def measure_all(found, chosen_ones, engine_list, kinds, rounds, path):
    """Measures section by section, and keeps what there is after each program."""
    for kind in kinds:
        for program in chosen_ones if kind in sections.OF_PROGRAM else ():
            if sections.applies(kind, program):
                say(f"{kind} of {program.name}")
                with_it = sections.engines_of(program, engine_list)
                results.record(
                    found, program, kind, sections.OF_PROGRAM[kind](program, with_it, rounds)
                )
                results.save(found, path)
    if "costs" in kinds:
        everywhere = [engine for engine in engine_list if not engine.groups]
        results.record_costs(found, costs.small_costs(everywhere, min(rounds, measure.ROUNDS)))
        results.save(found, path)


def main():
    options = arguments()
    os.makedirs(CACHE, exist_ok=True)
    # A test's figures, and counts alone, are no part of the results unless --json says so.
    aside = "quick.json" if options.quick else "counts.json" if options.counts else "results.json"
    path = options.json or os.path.join(CACHE, aside)
    if options.page:
        page.write(results.load(path), options.page)
        return
    forget()
    kinds = (
        ["counts"]
        if options.counts
        else chosen(options.sections or ",".join(sections.KINDS), sections.KINDS, "section")
    )
    # A mistyped name is said before what the measurement lacks.
    chosen_ones = chosen_programs(options.only)
    engine_list = chosen_engines(options)
    base, kept = engine_list[0].name, bool(options.json)
    found = results.opened(path, engine_list, base, results.machine(), kept)
    measure_all(
        found, chosen_ones, engine_list, kinds, 1 if options.quick else options.rounds, path
    )
    names, program_names = [engine.name for engine in engine_list], [
        program.name for program in chosen_ones
    ]
    report.print_all(found, program_names, names, kinds)
    # What was measured before and is kept counts, too.
    if not options.counts and (held := summary.table(found)):
        print("\n" + report.aligned(*held))
    if options.svg and (picture := chart.chart(found, program_names, names)):
        with open(options.svg, "w") as file:
            file.write(picture)


main()
