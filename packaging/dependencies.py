"""What the binary of the tool is linked with: crates, the standard library, glibc.

It is asked of the cargo, the compiler and the linker that `packaging/toolchain` names in the
environment.
"""
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

LINE = re.compile(r"(\d+)(\S+) v(\S+)")


def said(tree, *words):
    """The output of a command that runs in the tree."""
    return subprocess.run(words, cwd=tree, check=True, capture_output=True, text=True).stdout


def crates(tree):
    """The crates, the tool first.

    They are dictionaries of name, version, licence, folder, repository, checksum (None for those of
    this repository), upstream (what a changed copy was made from: name@version) and dependencies
    (pairs of name and version). Procedural macros run at build and are not among them.
    """
    cargo, triple = os.environ["CARGO"], os.environ["CARGO_BUILD_TARGET"]
    words = ["metadata", "--locked", "--format-version=1", "--filter-platform", triple]
    metadata = json.loads(said(tree, cargo, *words))
    known = {(package["name"], package["version"]): package for package in metadata["packages"]}
    lock = tomllib.loads((Path(tree) / "Cargo.lock").read_text())["package"]
    sums = {(package["name"], package["version"]): package.get("checksum") for package in lock}
    words = ["tree", "--locked", "-p", "wasi-aot", "-e", "normal,no-proc-macro", "--target", triple]
    lines = said(tree, cargo, *words, "--prefix", "depth", "--no-dedupe")
    found, above = {}, []
    for line in lines.splitlines():
        depth, name, version = LINE.match(line).groups()
        key = (name, version)
        package = known[key]
        found.setdefault(key, {
            "name": name,
            "version": version,
            "checksum": sums[key],
            "dependencies": set(),
            # `/` is what `OR` was called before.
            "licence": " ".join(package["license"].replace("/", " OR ").split()),
            "folder": Path(package["manifest_path"]).parent,
            "repository": package["repository"],
            "upstream": (package["metadata"] or {}).get("upstream"),
        })
        del above[int(depth):]
        if above:
            found[above[-1]]["dependencies"].add(key)
        above.append(key)
    tool, *others = found.values()
    return [tool, *sorted(others, key=lambda crate: (crate["name"], crate["version"]))]


def libraries(tree):
    """What rustc and the linker add: dictionaries of name, version and licence."""
    rust = said(tree, os.environ["RUSTC"], "--version").split()[1]
    preprocess = [os.environ["LINKER"], "-E", "-P", "-"]
    source = "#include <features.h>\n__GLIBC__ __GLIBC_MINOR__\n"
    answer = subprocess.run(preprocess, check=True, capture_output=True, text=True, input=source)
    glibc = answer.stdout.split()[-2:]
    return [{"name": "rust-std", "version": rust, "licence": "MIT OR Apache-2.0"},
            {"name": "glibc", "version": ".".join(glibc), "licence": "LGPL-2.1-or-later"}]
