#!/usr/bin/env python3
"""Links of pages that stand in a package: those to files that the package lacks become absolute.

They then lead to the repository, at the tag of the release.

usage: packaging/links.py FOLDER    with what `packaging/facts` prints
FOLDER holds pages (`*.md`) where the repository has them.
"""
import os
import posixpath
import re
import sys
from pathlib import Path

LINK = re.compile(r"(?<=\]\()([^)#\s]+)((?:#[^)\s]*)?)(?=\))")
ADDRESS = re.compile(r"[a-z]+:")


def absolute(text, page, there):
    """The text of a page, whose path in the repository is `page`.

    `there` says of a path in the repository whether the package has it, too.
    """
    base = f"{os.environ['REPOSITORY']}/blob/v{os.environ['VERSION']}"

    def link(found):
        if ADDRESS.match(found[1]):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), found[1]))
        return found[0] if there(path) else f"{base}/{path}{found[2]}"

    return LINK.sub(link, text)


def main():
    folder = Path(sys.argv[1])
    for file in folder.rglob("*.md"):
        page = file.relative_to(folder).as_posix()
        file.write_text(absolute(file.read_text(), page, lambda path: (folder / path).exists()))


if __name__ == "__main__":
    main()
