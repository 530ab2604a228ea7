"""Sends many requests to a server and counts the answers: wrk, or load.c where that is missing."""

import functools, os, re, shutil
from processes import first_line
from tools import Failure, content, kept, run

HERE = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 64


@functools.cache
def own():
    """The load generator of this folder."""
    source = os.path.join(HERE, "load.c")
    command = ["gcc", "-O2", "-static", source, "-o"]
    return kept("serve-load", content(source)[:24], lambda path: run([*command, path]))


@functools.cache
def wrk():
    return shutil.which("wrk")


def name():
    """What generates the load."""
    # wrk prints its version with its usage.
    return " ".join(first_line([wrk(), "-v"]).split()[:2]) if wrk() else "load.c"


def answers(port, seconds):
    """The number of answers that came in this time, one request at a time on each connection."""
    if not wrk():
        return int(run([own(), str(port), str(CONNECTIONS), str(seconds)]))
    address = f"http://127.0.0.1:{port}/"
    said = run([wrk(), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", address]).decode()
    if wrong := re.search(r"Non-2xx.*|Socket errors.*", said):
        raise Failure(wrong[0])
    return int(re.search(r"(\d+) requests in", said)[1])
