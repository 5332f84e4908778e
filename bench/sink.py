"""A mail server that only counts: `python -m bench.sink PORT COUNT_PORT`.

One asyncio process, no parsing beyond what the protocol needs. It offers PIPELINING, and answers a
connection to COUNT_PORT with the number of messages taken so far.
"""

from __future__ import annotations

import asyncio
import socket
import sys

HOST = "127.0.0.1"
_END = b"\r\n.\r\n"
_HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
taken = 0


class Conversation(asyncio.Protocol):
    """One connection: commands line by line, content up to its final dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.wire = transport
        self.pending = b""
        self.in_content = False
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        global taken
        pending = self.pending + data
        answers: list[bytes] = []
        while True:
            if self.in_content:
                end = pending.find(_END)
                if end < 0:
                    break
                pending = pending[end + len(_END) :]
                self.in_content = False
                taken += 1
                answers.append(b"250 OK\r\n")
                continue
            end = pending.find(b"\r\n")
            if end < 0:
                break
            line, pending = pending[:end], pending[end + 2 :]
            verb = line[:4].upper()
            if verb == b"DATA":
                self.in_content = True
                answers.append(b"354 go\r\n")
            elif verb == b"EHLO":
                answers.append(_HELLO)
            elif verb == b"QUIT":
                answers.append(b"221 bye\r\n")
            else:
                answers.append(b"250 OK\r\n")
        self.pending = pending
        if answers:
            self.wire.write(b"".join(answers))


class Count(asyncio.Protocol):
    """Says how many messages were taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(str(taken).encode())
        transport.close()


async def serve(port: int, count_port: int) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Conversation, HOST, port)
    await loop.create_server(Count, HOST, count_port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
