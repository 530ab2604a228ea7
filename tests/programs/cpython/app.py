"""A component of CPython: prints, reads and writes files, and talks to itself over the loopback address."""

import encodings.idna
import hashlib
import json
import os
import re
import socket
import sys

from wit_world import exports


class Run(exports.Run):
    def run(self) -> None:
        print("python", sys.version_info[:2], sys.argv[1:])
        print(json.dumps({"squares": sum(i * i for i in range(1000)), "text": "hä€"}))
        self.files(sys.argv[1:])
        self.talk()
        print("done", file=sys.stderr)

    def files(self, names: list[str]) -> None:
        with open("/o.txt", "w", encoding="utf-8") as out:
            for name in names:
                with open(os.path.join("/", name), encoding="utf-8") as file:
                    text = file.read()
                digest = hashlib.sha256(text.encode()).hexdigest()
                print(name, len(text), len(re.findall(r"\w+", text)), digest, file=out)
        print([name in os.listdir("/") for name in names], os.stat("/o.txt").st_size)
        try:
            open("/none")
        except FileNotFoundError as error:
            print("missing:", error.errno, error.strerror)

    def talk(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            with socket.create_connection(listener.getsockname()) as client:
                server, address = listener.accept()
                with server:
                    print("from", address[0])
                    client.sendall(b"x" * 20000 + b"end")
                    client.shutdown(socket.SHUT_WR)
                    received = b""
                    while data := server.recv(4096):
                        received += data
                    server.sendall(str(len(received)).encode())
                print("answer", client.recv(100), client.recv(100))
            unused = listener.getsockname()
        # Nobody listens there any more. What becomes of such a socket is nobody's business: it is asked for its name when it goes.
        refused = socket.socket()
        try:
            refused.connect(unused)
        except OSError as error:
            print("refused:", error.strerror)
