"""How much machine code a program has: the section `.text` of what an engine made."""

import struct
import programs
from tools import Failure

NAME = b".text"


def text_of(path):
    """The size of `.text` in bytes, by the section headers of a 64-bit ELF file."""
    with open(path, "rb") as file:
        held = file.read()
    if held[:6] != b"\x7fELF\x02\x01":
        raise Failure("it has no sections: not an ELF file")
    (start,) = struct.unpack_from("<Q", held, 0x28)
    size, count, names = struct.unpack_from("<HHH", held, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", held, start + size * each) for each in range(count)]
    if names >= len(headers):
        raise Failure("it has no sections")
    at = headers[names][4]
    found = [
        length
        for name, _, _, _, _, length in headers
        if held[at + name : held.index(b"\0", at + name)] == NAME
    ]
    if not found:
        raise Failure("it has no .text")
    return sum(found)


def text_of_program(program, chosen, rounds):
    """For each engine the code of a program without that of an empty one, which is a runtime or a
    C library."""
    entries = {}
    for engine in chosen:
        try:
            size, empty = (text_of(engine.build(each)) for each in (program, programs.EMPTY))
            entries[engine.name] = {"text": size - empty, "empty": empty}
        except Failure as failure:
            entries[engine.name] = {"error": str(failure)}
    return entries
