"""Reading and writing one SMTP conversation under one deadline.

The library's own time limit starts again with every byte, so a server that sends one byte a second
holds it for ever. Greeting, EHLO, STARTTLS and AUTH stay the library's.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from typing import Any

_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_LINE = re.compile(rb"(\d{3})([ -]?)(.*)", re.DOTALL)
_LONGEST_REPLY = 64 * 1024
_CHUNK = 64 * 1024


def enhanced_code(words: bytes) -> str:
    """Return the RFC 3463 code a reply begins with, or ""."""
    found = _ENHANCED.match(words)
    return found[0].decode("ascii") if found else ""


class ConnectionGone(OSError):
    """The other side went away, spoke nonsense, or the time for this message ran out."""


class Wire(smtplib.SMTP):
    """smtplib, reading its replies through a reader that keeps the deadline."""

    deadline = 0.0
    pending = b""

    def certify(self, host: str) -> None:
        """Say whose certificate TLS must show, as the library would at its own connecting."""
        self._host = host

    def remaining(self) -> float:
        """Seconds left before the deadline; raises ConnectionGone when none are."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ConnectionGone("time ran out")
        return left

    def read_reply(self) -> tuple[int, bytes]:
        """Read one whole reply, all its lines. Raises OSError where none comes in time."""
        words: list[bytes] = []
        size = 0
        while True:
            line = self._read_line()
            size += len(line)
            found = _LINE.match(line)
            if found is None or size > _LONGEST_REPLY:
                raise ConnectionGone("not an SMTP reply")
            words.append(found[3].strip())
            if found[2] != b"-":
                return int(found[1]), b"\n".join(words)

    def write(self, octets: bytes) -> None:
        """Write all of a command before the deadline."""
        if self.sock is None:
            raise ConnectionGone("not connected")
        self.sock.settimeout(self.remaining())
        self.sock.sendall(octets)

    def write_content(self, octets: bytes, end: int) -> bool:
        """Write content whose final dot ends at `end`. True if all of it left us.

        False: the connection broke before the final dot can have left, so nothing was taken. An
        error that leaves this open raises ConnectionGone.
        """
        view, done = memoryview(octets), 0
        while done < len(octets):
            chunk = view[done : done + _CHUNK]
            try:
                if self.sock is None:
                    raise ConnectionGone("not connected")
                self.sock.settimeout(self.remaining())
                done += self.sock.send(chunk)
            except OSError as lost:
                # Under TLS a failing write may have put its chunk on the wire all the same.
                in_doubt = done + len(chunk) if isinstance(self.sock, ssl.SSLSocket) else done
                if in_doubt >= end:
                    raise ConnectionGone("lost around the final dot") from lost
                return False
        return True

    def getreply(self) -> tuple[int, bytes]:
        """Give smtplib its replies, so that opening keeps the deadline too."""
        try:
            return self.read_reply()
        except OSError as lost:
            self.close()
            raise smtplib.SMTPServerDisconnected("no reply") from lost

    def starttls(self, **how: Any) -> tuple[int, bytes]:  # type: ignore[override]
        """Switch to TLS; words that came before it are not trusted, so they end the connection."""
        if self.sock is not None:
            self.sock.settimeout(self.remaining())
        reply = super().starttls(**how)
        if self.pending:
            self.close()
            raise smtplib.SMTPServerDisconnected("text before TLS")
        return reply

    def _read_line(self) -> bytes:
        while (end := self.pending.find(b"\n")) < 0:
            if self.sock is None or len(self.pending) > _LONGEST_REPLY:
                raise ConnectionGone("not connected")
            self.sock.settimeout(self.remaining())
            got = self.sock.recv(8192)
            if not got:
                raise ConnectionGone("closed by the server")
            self.pending += got
        line, self.pending = self.pending[:end], self.pending[end + 1 :]
        return line


class TlsWire(Wire, smtplib.SMTP_SSL):
    """The same over a socket that is TLS from the first byte."""
