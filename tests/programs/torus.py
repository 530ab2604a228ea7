"""Makes a mesh to be repaired, as itk-wasm reads it. usage: torus.py AROUND ALONG FILE (the one in inputs/: 24 12)

A bumpy torus: every triangle has its own corners, some triangles are missing, some are there twice, and a small one floats beside it.
"""
import math
import struct
import sys


def head(major, value):
    """The first bytes of a CBOR item, in the shortest form."""
    if value < 24:
        return bytes([major << 5 | value])
    size = next(size for size in range(4) if value < 1 << (8 << size))
    return bytes([major << 5 | (24 + size)]) + value.to_bytes(1 << size, "big")


def item(value, wide=True):
    """A CBOR item. The reader takes numbers of 64 bits, and of 32 where `wide` is false; a pair is a tag and its bytes."""
    if isinstance(value, int):
        return b"\x1b" + struct.pack(">Q", value) if wide else b"\x1a" + struct.pack(">I", value)
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    if isinstance(value, dict):
        pairs = (item(key) + item(inner, key != "meshType" and wide) for key, inner in value.items())
        return head(5, len(value)) + b"".join(pairs)
    tag, content = value
    return head(6, tag) + head(2, len(content)) + content


def triangles(around, along):
    def point(i, j):
        a, b = 2 * math.pi * i / around, 2 * math.pi * j / along
        r = 1 + 0.1 * math.sin(5 * a) * math.cos(3 * b)
        return (3 + r * math.cos(b)) * math.cos(a), (3 + r * math.cos(b)) * math.sin(a), r * math.sin(b)

    for i in range(around):
        for j in range(along):
            a, b, c, d = point(i, j), point((i + 1) % around, j), point((i + 1) % around, (j + 1) % along), point(i, (j + 1) % along)
            if (i * 7 + j * 3) % 97 == 0:
                continue
            yield a, b, c
            if (i * 5 + j) % 53:
                yield a, c, d
            if (i + j) % 41 == 0:
                yield a, b, c
    yield (9, 9, 9), (9.01, 9, 9), (9, 9.01, 9)


def mesh(corners):
    # CBOR's tags of arrays of 32-bit floats and integers; a cell of kind 2 is a triangle.
    points = (85, b"".join(struct.pack("<3f", *point) for triangle in corners for point in triangle))
    cells = (70, b"".join(struct.pack("<5I", 2, 3, 3 * n, 3 * n + 1, 3 * n + 2) for n in range(len(corners))))
    none = (85, b"")
    pixels = lambda of, kind: {f"{of}ComponentType": kind, f"{of}PixelComponentType": "float32", f"{of}PixelType": "Scalar", f"{of}PixelComponents": 1}
    return {
        "meshType": {"dimension": 3, **pixels("point", "float32"), **pixels("cell", "uint32")},
        "name": "mesh",
        "numberOfPoints": 3 * len(corners), "points": points, "numberOfPointPixels": 0, "pointData": none,
        "numberOfCells": len(corners), "cells": cells, "cellBufferSize": 5 * len(corners), "numberOfCellPixels": 0, "cellData": none,
    }


corners = list(triangles(int(sys.argv[1]), int(sys.argv[2])))
with open(sys.argv[3], "wb") as file:
    file.write(item(mesh(corners)))
