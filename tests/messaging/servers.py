"""Mail servers that do as they are told: a real one (aiosmtpd) with a script, and a bare socket."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
DROP = "drop"  # hang up instead of answering
STALL = "stall"  # never answer
TRICKLE = "trickle"  # answer one byte at a time, without end


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


class Sink:
    """A real SMTP server. `script`: its answer to MAIL, RCPT, DATA (after the final dot), QUIT."""

    def __init__(
        self,
        script: Mapping[str, str] | None = None,
        *,
        pipelining: bool = True,
        password: str = "",
        smtputf8: bool = True,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        self.script = dict(script or {})
        self.pipelining = pipelining
        self.taken: list[tuple[str, str, bytes]] = []  # the patient's eye
        self.commands: list[str] = []
        self._password = password
        how: dict[str, Any] = {"enable_SMTPUTF8": smtputf8}
        if password:
            how |= {"authenticator": self._check, "auth_require_tls": False}
        if tls is not None and not implicit_tls:
            how |= {"tls_context": tls, "require_starttls": True}
        if tls is not None and implicit_tls:
            how |= {"ssl_context": tls}
        self._controller = Controller(self, hostname=HOST, port=free_port(), **how)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def __enter__(self) -> Sink:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    def _check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == self._password.encode()
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        self.commands.append(f"EHLO {host}")
        return [*replies[:-1], *(["250-PIPELINING"] if self.pipelining else []), replies[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append(" ".join([f"MAIL {address}", *options]))
        reply = await self._answer(server, "MAIL", "250 OK")
        if reply.startswith("2"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append(f"RCPT {address}")
        reply = await self._answer(server, "RCPT", "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        step = self.script.get("DATA", "250 OK")
        if step.startswith("2") or step == "250 then drop":
            self.taken.append((envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if step == "250 then drop":
            await server.push("250 OK")
            transport(server).close()
            return ""
        return await self._answer(server, "DATA", "250 OK")

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.commands.append("RSET")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.commands.append("QUIT")
        return await self._answer(server, "QUIT", "221 Bye")

    async def _answer(self, server: SMTP, verb: str, usual: str) -> str:
        step = self.script.get(verb, usual)
        if step == DROP:
            transport(server).abort()
        elif step == STALL:
            await asyncio.Event().wait()
        elif step == TRICKLE:
            while not transport(server).is_closing():
                transport(server).write(b"2")
                await asyncio.sleep(0.02)
        return step


def transport(server: SMTP) -> asyncio.Transport:
    """Return the server's side of the socket."""
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


class Puppet:
    """A bare socket for one connection that answers each command with the next line of a list.

    It reads line by line, so commands sent in one write get one answer each. None hangs up and
    b"stall" holds the line, both without reading on. With `tls` it goes on in TLS after its third
    answer, the one to STARTTLS.
    """

    def __init__(self, *answers: bytes | None, tls: ssl.SSLContext | None = None) -> None:
        self._answers = list(answers)
        self._tls = tls
        self._socket = socket.create_server((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        self.heard: list[bytes] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Puppet:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._socket.close()
        self._thread.join(timeout=5)

    def wait(self) -> None:
        """Return when the conversation is over."""
        self._thread.join(timeout=5)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        try:
            peer, _ = self._socket.accept()
        except OSError:
            return
        peer.settimeout(5)
        with peer:
            self._converse(peer, self._answers[:3] if self._tls else self._answers)
            if self._tls is None:
                return
            try:
                with self._tls.wrap_socket(peer, server_side=True) as inside:
                    self._converse(inside, [b"", *self._answers[3:]])
            except OSError:
                return

    def _converse(self, peer: socket.socket, answers: list[bytes | None]) -> None:
        with peer.makefile("rb") as lines:
            try:
                for at, answer in enumerate(answers):
                    if answer is None:
                        return
                    if answer == STALL.encode():
                        self._over.wait(timeout=5)
                        return
                    if at:
                        self.heard.append(lines.readline())
                    peer.sendall(answer)
                if self._tls is None:
                    self.heard.extend(lines)
            except OSError:
                return
