"""Compares HTTP servers: `python3 benches/serve`.

What is compared is fetched and built, and kept for the next time. README.md tells what is measured
and how.
"""

import argparse, json, os, sys, tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
# Tools and tables of the comparison of programs.
sys.path.append(os.path.join(os.path.dirname(HERE), "compare"))

import bars, load, parts, servers, tables
import report, results
from processes import first_line
from tools import CACHE, ROOT, Failure, content, corpus, forget, say

PARTS = ("requests", "memory", "waiting", "system", "starts", "instances", "resets", "code")


def arguments():
    options = argparse.ArgumentParser(
        prog="serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = options.add_argument
    add(
        "--tool",
        type=os.path.abspath,
        default=os.path.join(ROOT, "target/release/wasi-aot"),
        help="the wasi-aot that is measured",
    )
    add("--js", type=os.path.abspath, metavar="FILE", help="a component in JavaScript")
    add("--python", type=os.path.abspath, metavar="FILE", help="a component in Python")
    add("--sections", metavar="SECTION,...", help=f"these parts only: {','.join(PARTS)}")
    add("--only", metavar="ROW,...", default="", help="these rows of `requests`; others are kept")
    add("--rounds", type=int, default=parts.ROUNDS, help="rounds of two seconds for each server")
    add("--port", type=int, default=18300, help="the first of a hundred ports")
    add("--json", type=os.path.abspath, help="where the results are kept")
    add(
        "--page",
        type=os.path.abspath,
        help="put the section of --json into this page; measure nothing",
    )
    return options.parse_args()


def components(options):
    """The components by language; those of JavaScript and Python are made elsewhere."""
    files = {"Rust": "hello.wasm", "low": "low.wasm", "tiny": "tiny.wasm"}
    files = {name: os.path.join(servers.COMPONENTS, file) for name, file in files.items()}
    given = {"JavaScript": options.js, "Python": options.python}
    return files | {name: path for name, path in given.items() if path}


def versions(tool):
    with open(os.path.join(HERE, "hyper/Cargo.lock"), "rb") as file:
        pinned = {each["name"]: each["version"] for each in tomllib.load(file)["package"]}
    return {
        "C": f"server.c, {first_line(['gcc', '--version'])}, gcc -O2 -static",
        "hyper": f"hyper {pinned['hyper']}, tokio {pinned['tokio']}, "
        f"{first_line(['rustc', '--version'])}",
        "wasmtime": f"{first_line([corpus('wasmtime'), '--version'])}, wasmtime serve",
        "wasi-aot": f"{first_line([tool, '--version'])} ({content(tool)[:12]}), "
        f"{servers.WORKERS} workers",
        "load": f"{load.name()}, {load.CONNECTIONS} connections",
    }


def measured(kind, makers, languages, rounds, only):
    """The figures of a part."""
    if kind == "code":
        return {"bytes": parts.code(makers.executable("tiny")[0])}
    if kind == "resets":
        return parts.resets(rounds)
    if kind == "instances":
        return parts.instances(makers, ["tiny", *languages], rounds)
    ours = [makers.wasi_aot(language) for language in languages]
    fresh = [makers.wasmtime(language) for language in languages]
    if kind == "waiting":
        others = [language for language in languages if language != "Rust"]
        held = [
            make(each) for each in ["low", *others] for make in (makers.wasmtime, makers.wasi_aot)
        ]
        return parts.waits(held, rounds)
    if kind == "system":
        held = [makers.native(), *ours, makers.wasi_aot("low"), *fresh, makers.wasmtime("low")]
        return parts.system(held, rounds)
    rows = [makers.native(), makers.hyper(), *fresh, *ours]
    if kind == "requests":
        rows += [makers.wasmtime(language, reused=True) for language in languages]
        rows += [makers.wasi_aot(language, proc=False) for language in languages]
        return parts.requests(rows, rounds, only)
    if kind == "starts":
        return parts.starts([makers.native(servers.WORKERS), *rows], rounds)
    return parts.memory(rows, rounds)


def chosen(asked):
    names = asked.split(",") if asked else PARTS
    if unknown := [name for name in names if name not in PARTS]:
        sys.exit(f"serve: there is no section {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return names


def kept_results(path, about):
    """The results so far, unless they are of other servers or of another machine."""
    found = {"machine": results.machine(), "servers": about, "figures": {}}
    if os.path.exists(path):
        old = results.load(path)
        if all(old.get(key) == found[key] for key in ("machine", "servers")):
            return old
    return found


def main():
    options = arguments()
    os.makedirs(CACHE, exist_ok=True)
    path = options.json or os.path.join(CACHE, "serve.json")
    if options.page:
        tables.put(results.load(path), options.page)
        return
    names = chosen(options.sections)
    if not os.access(options.tool, os.X_OK):
        sys.exit(
            f"serve: {options.tool} is not there: build it with `cargo build --release`, "
            "or name it with --tool"
        )
    forget()
    files = components(options)
    languages = [name for name in ("Rust", "JavaScript", "Python") if name in files]
    makers = servers.Makers(options.tool, options.port, files)
    only = [name.strip() for name in options.only.split(",") if name.strip()]
    found = kept_results(path, versions(options.tool))
    for kind in names:
        say(f"measuring {kind}")
        try:
            new = measured(kind, makers, languages, options.rounds, only)
            kept = found["figures"].get(kind, {}) if only and kind == "requests" else {}
            found["figures"][kind] = kept | new
        except Failure as failure:
            found["figures"][kind] = {}
            say(f"{kind}: {failure}")
        with open(path, "w") as file:
            json.dump(found, file, indent=1)
            file.write("\n")
    for title, head, rows in tables.all_tables(found["figures"]):
        print(f"\n{title}\n{report.aligned(head, rows)}")
    print("\n" + report.aligned(*bars.table(found["figures"])))


main()
