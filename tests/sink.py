"""A real mail server for tests: takes everything, or answers as a script says. The patient's eye.

In a process of its own (`python -m tests.sink PORT LOG SCRIPT`) it writes one line for each message
it took, on disk before it says 250. The script is a JSON list of rules, read anew for each command:
`{"verb": "RCPT", "to": "x@y", "reply": "451 later", "times": 1}`; `to` and `times` are optional.
Replies besides SMTP's own: "drop" hangs up, "stall" never answers, and for DATA "250 then drop"
takes it, answers and hangs up, "take then drop" takes it and hangs up without a word.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HOST = "127.0.0.1"
DROP, STALL = "drop", "stall"
TAKE_THEN_DROP, OK_THEN_DROP = "take then drop", "250 then drop"
_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


class Script:
    """The rules by which the server answers; each may be used up."""

    def __init__(self, rules: list[dict[str, Any]] | None = None, path: Path | None = None) -> None:
        self._rules = rules if rules is not None else []
        self._path = path
        self._read = b""
        self._used: Counter[int] = Counter()

    def answer(self, verb: str, to: str, usual: str) -> str:
        """Return what to say to a command about a recipient."""
        self._reread()
        for at, rule in enumerate(self._rules):
            if rule["verb"] != verb or rule.get("to", to) != to:
                continue
            key = at if "each" not in rule else hash((at, to))
            if self._used[key] >= rule.get("times", 10**9):
                continue
            self._used[key] += 1
            return str(rule["reply"])
        return usual

    def _reread(self) -> None:
        if self._path is None or not self._path.exists():
            return
        text = self._path.read_bytes()
        if text != self._read:
            self._read, self._rules, self._used = text, json.loads(text or b"[]"), Counter()


class Eye:
    """aiosmtpd handler: obeys the script and remembers what was taken."""

    def __init__(self, script: Script, log: Path | None = None, *, refuse_login: str = "") -> None:
        self.script = script
        self.taken: list[tuple[str, str]] = []  # (Message-ID, recipient)
        self.contents: list[bytes] = []
        self.connections = 0
        self._log = log.open("ab", buffering=0) if log else None
        self._refuse_login = refuse_login

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        self.connections += 1
        if (reply := await self._say(server, "EHLO", "", "")) != "":
            return [reply]
        return [*replies[:-1], "250-PIPELINING", replies[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._say(server, "MAIL", address, "250 OK")
        if reply.startswith("2"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._say(server, "RCPT", address, "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        to = envelope.rcpt_tos[0]
        step = self.script.answer("DATA", to, "250 OK")
        if step.startswith("2") or step == TAKE_THEN_DROP:
            self._take(content, to)
        if step == OK_THEN_DROP:
            await server.push("250 OK")
            _transport(server).close()
            return ""
        if step in (TAKE_THEN_DROP, DROP):
            _transport(server).abort()
        elif step == STALL:
            await asyncio.Event().wait()
        return step

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        return AuthResult(success=not self._refuse_login, handled=False)

    async def _say(self, server: SMTP, verb: str, to: str, usual: str) -> str:
        step = self.script.answer(verb, to, usual)
        if step == DROP:
            _transport(server).abort()
        elif step == STALL:
            await asyncio.Event().wait()
        return step

    def _take(self, content: bytes, to: str) -> None:
        found = _ID.search(content)
        message_id = found[1].decode() if found else "none"
        if self._log is None:
            self.taken.append((message_id, to))
            self.contents.append(content)
            return
        self._log.write(f"{message_id} {to}\n".encode())
        os.fsync(self._log.fileno())


class Sink:
    """The server in a thread of the test's own process."""

    def __init__(self, rules: list[dict[str, Any]] | None = None, *, password: str = "") -> None:
        self.eye = Eye(Script(rules), refuse_login=password)
        how: dict[str, Any] = {}
        if password:
            how = {"auth_require_tls": False, "auth_required": True}
        self.port = free_port()
        self._controller = Controller(self.eye, hostname=HOST, port=self.port, **how)

    @property
    def taken(self) -> list[tuple[str, str]]:
        """(Message-ID, recipient) of every message taken, in order."""
        return self.eye.taken

    @property
    def subjects(self) -> list[str]:
        """The subjects of every message taken."""
        return [str(message_from_bytes(one)["Subject"]) for one in self.eye.contents]

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


def _transport(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


def main(port: int, log: Path, script: Path) -> None:
    """Serve until killed."""

    async def serve() -> None:
        eye = Eye(Script(path=script), log)
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: SMTP(eye), HOST, port)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
