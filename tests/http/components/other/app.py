"""Answers a line at /, at /echo the body of the request.

The other routes answer with what they know of a request, and in every way that a handler has: the
tests of `real.rs` ask all of them.
"""

import hashlib
import json
import time
from urllib.parse import parse_qsl

from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import (
    Fields,
    IncomingRequest,
    Method_Other,
    OutgoingBody,
    OutgoingResponse,
    ResponseOutparam,
)


ROUTES = "/ /echo /fields /query /digest /upper /big /chunks /throw-late".split()


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        path, _, query = (request.path_with_query() or "/").partition("?")
        response = OutgoingResponse(fields(path))
        response.set_status_code(status(path, query))
        if path == "/throw":
            raise ValueError("raised before the answer")
        body = response.body()
        ResponseOutparam.set(response_out, Ok(response))
        with body.write() as stream:
            for part in answer(request, path, query):
                for at in range(0, len(part), 4096):
                    stream.blocking_write_and_flush(part[at : at + 4096])
        OutgoingBody.finish(body, None)


def status(path: str, query: str) -> int:
    """The status of the answer; at /status the request chooses it."""
    if path == "/status":
        return int(dict(parse_qsl(query))["code"])
    return 200 if path in ROUTES else 404


def fields(path: str) -> Fields:
    """The fields of the answer."""
    if path != "/status":
        return Fields()
    cookies = [("set-cookie", b"a=1"), ("set-cookie", b"b=2; Path=/")]
    return Fields.from_list([("X-Case", b"Kept"), ("content-type", b"text/x-status"), *cookies])


def answer(request: IncomingRequest, path: str, query: str):
    """The body of the answer in parts."""
    match path:
        case "/":
            yield b"Hello, wasi:http/proxy world!\n"
        case "/echo":
            yield from parts(request)
        case "/fields":
            lines = sorted((name.lower(), value) for name, value in request.headers().entries())
            yield b"".join(b"%s: %s\n" % (name.encode(), value) for name, value in lines)
        case "/query":
            pairs = json.dumps(parse_qsl(query, keep_blank_values=True))
            yield f"{method(request)} {query}\n{pairs}\n".encode()
        case "/status":
            yield b"" if query in ("code=204", "code=304") else f"status of {query}\n".encode()
        case "/digest":
            yield digest(request)
        case "/upper":
            yield from (part.upper() for part in parts(request))
        case "/big":
            yield from (b"0123456789abcdef" * 64 for _ in range(300))
        case "/chunks":
            for index in range(5):
                time.sleep(0.02)
                yield b"piece %d\n" % index
        case "/throw-late":
            yield b"piece 0\n"
            raise ValueError("raised within the body")
        case _:
            yield b"no such route\n"


def method(request: IncomingRequest) -> str:
    """The method as a word."""
    match request.method():
        case Method_Other(value):
            return value
        case other:
            return type(other).__name__.removeprefix("Method_").upper()


def digest(request: IncomingRequest) -> bytes:
    """The length and the digests of a body that is read part by part."""
    length = total = 0
    sha256 = hashlib.sha256()
    for part in parts(request):
        length += len(part)
        sha256.update(part)
        for byte in part:
            total = (total * 31 + byte) & 0xFFFFFFFF
    return json.dumps({"length": length, "sum": total, "sha256": sha256.hexdigest()}).encode()


def parts(request: IncomingRequest):
    """The body of a request in parts that can be written at once."""
    with request.consume() as body, body.stream() as stream:
        while True:
            try:
                yield stream.blocking_read(4096)
            except Err as error:
                if isinstance(error.value, StreamError_Closed):
                    return
                raise
