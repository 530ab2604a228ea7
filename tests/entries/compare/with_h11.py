"""What h11 makes of the bytes of connections.

Reads inputs from standard input, each after its length in four bytes (little endian), and writes a
line of JSON for each: the requests whose heads were accepted, and how the connection ends. Bytes
are characters of Latin-1.
"""

import json
import struct
import sys

import h11

# Above the limits of our parser, so that the difference is always the same one.
MOST = 1 << 20


def text(octets):
    return bytes(octets).decode("latin-1")


def fields(headers):
    return [[text(name), text(value)] for name, value in headers]


def answer(connection):
    """Answers a complete request with 200; whether the connection persists."""
    connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
    if connection.our_state is h11.SWITCHED_PROTOCOL:
        return False
    connection.send(h11.EndOfMessage())
    if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
        return False
    connection.start_next_cycle()
    return True


def view(data):
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST)
    if data:
        connection.receive_data(data)
    requests = []

    def ended(end, why=""):
        return {"requests": requests, "end": end, "why": why}

    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            return ended(error.error_status_hint, str(error))
        if event is h11.NEED_DATA:
            return ended("more")
        if type(event) is h11.Request:
            requests.append(
                {
                    "method": text(event.method),
                    "target": text(event.target),
                    "minor": 0 if event.http_version < b"1.1" else 1,
                    "fields": fields(event.headers),
                    "body": "",
                    "trailers": [],
                    "complete": False,
                }
            )
        elif type(event) is h11.Data:
            requests[-1]["body"] += text(event.data)
        elif type(event) is h11.EndOfMessage:
            requests[-1]["trailers"] = fields(event.headers)
            requests[-1]["complete"] = True
            if not answer(connection):
                return ended("closed")
        else:
            raise AssertionError(f"{event} cannot be here")


def main():
    data = sys.stdin.buffer
    while length := data.read(4):
        (length,) = struct.unpack("<I", length)
        print(json.dumps(view(data.read(length))))


main()
