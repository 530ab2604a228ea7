"""Answers a line; at /echo the body of the request."""

from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import (
    Fields,
    IncomingRequest,
    OutgoingBody,
    OutgoingResponse,
    ResponseOutparam,
)


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        path = (request.path_with_query() or "/").split("?")[0]
        response = OutgoingResponse(Fields())
        if path not in ("/", "/echo"):
            response.set_status_code(404)
        body = response.body()
        ResponseOutparam.set(response_out, Ok(response))
        with body.write() as stream:
            if path == "/echo":
                for part in parts(request):
                    stream.blocking_write_and_flush(part)
            elif path == "/":
                stream.blocking_write_and_flush(b"Hello, wasi:http/proxy world!\n")
            else:
                stream.blocking_write_and_flush(b"no such route\n")
        OutgoingBody.finish(body, None)


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
