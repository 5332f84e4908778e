"""The demo's post box: an SMTP server that writes every mail to a folder and sends nothing on.

Run as a process of its own: `python -m pathways.demo.mail_sink --port 1025 --folder mailbox`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from pathways import clock

LARGEST = 2_000_000  # octets


class Folder:
    """Takes each mail as it came and puts it into the folder in one step, so nobody reads half."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._numbers = count(1)

    async def handle_DATA(  # noqa: N802 (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store one mail; the name of the file is its moment, so names sort by time."""
        moment = clock.machine_now().strftime("%Y%m%dT%H%M%S%f")
        name = f"{moment}-{next(self._numbers):05d}.eml"
        content = envelope.original_content or b""
        part = self._folder / f".{name}.part"
        part.write_bytes(content)
        part.replace(self._folder / name)
        return "250 Kept in the demo mailbox"


async def serve(door: socket.socket, folder: Path) -> None:
    """Serve at an open door until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    handler = Folder(folder)

    def conversation() -> Any:
        return SMTP(handler, hostname="demo.localhost", data_size_limit=LARGEST, loop=loop)

    server = await loop.create_server(conversation, sock=door)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A local SMTP server that keeps mail in a folder.")
    parser.add_argument("--door", type=int, required=True, help="an inherited listening socket")
    parser.add_argument("--folder", type=Path, required=True)
    choice = parser.parse_args()
    os.umask(0o077)
    asyncio.run(serve(socket.socket(fileno=choice.door), choice.folder))


if __name__ == "__main__":
    main()
