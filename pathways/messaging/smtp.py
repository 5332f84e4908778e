"""A thin SMTP client that knows how far it got.

Django's backend raises the same error for a drop before and after the final dot; here the outcome
names the phase, so that "may have been taken" is never mistaken for "try again". Where the server
offers PIPELINING, MAIL, RCPT and DATA leave in one write, and the next message's envelope may ride
behind the content (RFC 2920, 3.1); content itself is always one message at a time.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from pathways.messaging.smtp_wire import TlsWire, Wire, enhanced_code
from pathways.rules.delivery import SendClass, SmtpPhase, classify

_STEPS = (SmtpPhase.MAIL, SmtpPhase.RCPT, SmtpPhase.DATA)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_GOODBYE_SECONDS = 2.0


class Security(StrEnum):
    """How the connection is protected; `starttls` never falls back to plain text."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one message ended. No words of the server are kept: they may repeat the address."""

    phase: SmtpPhase
    code: int | None = None  # None: no answer came
    enhanced: str = ""
    aborted: bool = False

    @property
    def send_class(self) -> SendClass:
        """What the caller does next."""
        if self.aborted:
            return SendClass.ABORTED
        return classify(self.phase, self.code, self.enhanced)


class Connection:
    """One SMTP connection for many messages, one recipient each.

    `timeout` is seconds for opening and, again, for each message as a whole. Wherever the
    conversation breaks the connection is closed; the next `send` opens a new one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ehlo_name: str,
        timeout: float = 20.0,
        username: str = "",
        password: str = "",
        security: Security | str = Security.NONE,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._ehlo_name, self._timeout = ehlo_name, timeout
        self._username, self._password = username, password
        self._security = Security(security)
        self._tls_context = tls_context
        self._wire: Wire | None = None
        self._ahead: tuple[str, str] | None = None  # envelope already sent, its replies unread
        self.offers_pipelining = False
        self.offers_8bitmime = False
        self.offers_smtputf8 = False

    @property
    def is_open(self) -> bool:
        """Whether a message can be sent without opening first."""
        return self._wire is not None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> Outcome | None:
        """Connect, greet, protect, sign in. None means ready; an Outcome says what went wrong."""
        if self._wire is not None:
            return None
        wire = self._new_wire()
        wire.deadline = time.monotonic() + self._timeout
        phase = SmtpPhase.CONNECT
        try:
            code, words = wire.connect(self._host, self._port)
            if code != 220:
                wire.close()
                return _outcome(phase, code, words)
            if wire.sock is not None:
                # Small writes must not wait for the acknowledgement of the one before.
                wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.ehlo_or_helo_if_needed()
            if self._security is Security.STARTTLS:
                wire.starttls(context=self._tls_context or ssl.create_default_context())
                wire.ehlo_or_helo_if_needed()
            phase = SmtpPhase.AUTH
            if self._username:
                wire.login(self._username, self._password)
        except smtplib.SMTPResponseException as refused:
            wire.close()
            answer = refused.smtp_error
            words = answer if isinstance(answer, bytes) else str(answer).encode()
            return _outcome(phase, refused.smtp_code, words)
        except smtplib.SMTPNotSupportedError:
            # No STARTTLS, or no way to sign in that we know: our set-up, nobody's address.
            wire.close()
            return Outcome(phase, 535 if phase is SmtpPhase.AUTH else None)
        except (OSError, smtplib.SMTPException, ValueError):
            wire.close()
            return Outcome(phase)
        self.offers_pipelining = wire.has_extn("pipelining")
        self.offers_8bitmime = wire.has_extn("8bitmime")
        self.offers_smtputf8 = wire.has_extn("smtputf8")
        self._wire, self._ahead = wire, None
        return None

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        *,
        before_data: Callable[[], bool] | None = None,
        following: tuple[str, str] | None = None,
    ) -> Outcome:
        """Send one message and say how it ended; opens first where needed.

        No fault of the network or the server raises. `before_data` is called once the server waits
        for content and before any of it leaves; False stops here, closes the connection and gives
        ABORTED. `following` is the (sender, recipient) of the very next call: where the server
        offers PIPELINING it leaves together with this content. Whoever gave it and does not make
        that call must `close()`; a call for anybody else starts a new connection.
        """
        if _unfit(sender) or _unfit(recipient):
            raise ValueError("An envelope address holds a space, a bracket or a line break.")
        if self._ahead is not None and self._ahead != (sender, recipient):
            self.close()
        if (problem := self.open()) is not None:
            return problem
        if (refused := self._beyond_server(sender + recipient, data)) is not None:
            return refused
        wire = self._ready_wire()
        wire.deadline = time.monotonic() + self._timeout
        if (refused := self._send_envelope(wire, sender, recipient, data)) is not None:
            return refused
        if before_data is not None:
            may_go = False
            try:
                may_go = before_data()
            finally:
                if not may_go:  # also where the hook raised: the server must not get half a message
                    self._hang_up()
            if not may_go:
                return Outcome(SmtpPhase.DATA, aborted=True)
        return self._send_content(wire, data, following)

    @property
    def has_envelope_ahead(self) -> bool:
        """Whether the next message's envelope has left already: it must be sent or dropped."""
        return self._ahead is not None

    def envelope_answered(self, within: float) -> bool:
        """Say whether the envelope that rode ahead is answered, waiting up to `within` seconds.

        So the caller may join its mark of this message with the next one's hand-over, but never
        leaves it open while a server is slow. False where no envelope went ahead.
        """
        wire = self._wire
        if wire is None or wire.sock is None or self._ahead is None:
            return False
        if wire.pending or (isinstance(wire.sock, ssl.SSLSocket) and wire.sock.pending()):
            return True
        try:
            return bool(select.select([wire.sock], [], [], within)[0])
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """Say goodbye, briefly. A failing QUIT changes nothing about what was sent."""
        wire, waiting = self._wire, self._ahead
        if wire is not None and waiting is None:
            wire.deadline = time.monotonic() + min(self._timeout, _GOODBYE_SECONDS)
            try:
                wire.write(b"QUIT\r\n")
                wire.read_reply()
            except OSError:
                pass
        self._hang_up()

    def _new_wire(self) -> Wire:
        wire: Wire
        if self._security is Security.TLS:
            context = self._tls_context or ssl.create_default_context()
            wire = TlsWire(local_hostname=self._ehlo_name, timeout=self._timeout, context=context)
        else:
            wire = Wire(local_hostname=self._ehlo_name, timeout=self._timeout)
        wire.certify(self._host)
        return wire

    def _ready_wire(self) -> Wire:
        if self._wire is None:
            raise RuntimeError("The connection is not open.")
        return self._wire

    def _hang_up(self) -> None:
        wire, self._wire, self._ahead = self._wire, None, None
        if wire is not None:
            wire.close()

    def _beyond_server(self, addresses: str, data: bytes) -> Outcome | None:
        """Refuse ourselves what this server never offered to carry."""
        if not addresses.isascii() and not self.offers_smtputf8:
            return Outcome(SmtpPhase.RCPT, 550, "5.1.3")
        if not data.isascii() and not self.offers_8bitmime:
            return Outcome(SmtpPhase.DATA, 554, "5.6.3")
        return None

    def _commands(self, sender: str, recipient: str, *, eight_bit: bool) -> tuple[bytes, ...]:
        extra = " BODY=8BITMIME" if eight_bit else ""
        if not (sender + recipient).isascii():
            extra += " SMTPUTF8"
        return (
            f"MAIL FROM:<{sender}>{extra}\r\n".encode(),
            f"RCPT TO:<{recipient}>\r\n".encode(),
            b"DATA\r\n",
        )

    def _send_envelope(
        self, wire: Wire, sender: str, recipient: str, data: bytes
    ) -> Outcome | None:
        """Get as far as 354. None: the server waits for content."""
        commands = self._commands(sender, recipient, eight_bit=not data.isascii())
        ahead, self._ahead = self._ahead, None
        refused: Outcome | None = None
        phase = SmtpPhase.MAIL
        waits = False
        try:
            if self.offers_pipelining and ahead is None:
                wire.write(b"".join(commands))
            for phase, command in zip(_STEPS, commands, strict=True):
                if not self.offers_pipelining:
                    wire.write(command)
                code, words = wire.read_reply()
                waits = phase is SmtpPhase.DATA and code == 354
                if not waits and (phase is SmtpPhase.DATA or not 200 <= code < 300):
                    refused = refused or _outcome(phase, code, words)
                    if code == 421 or not self.offers_pipelining:
                        break
            if refused is None:
                return None
            if refused.code == 421:
                self._hang_up()
            elif waits:
                self._end_empty(wire, refused)
            else:
                wire.write(b"RSET\r\n")  # MAIL may stand although RCPT fell
                wire.read_reply()
        except OSError:
            self._hang_up()
            return refused or Outcome(phase)
        return refused

    def _end_empty(self, wire: Wire, refused: Outcome) -> None:
        """The server says 354 although it refused the envelope: it must get no content.

        A refused recipient is the only one, so the lone dot of RFC 2920 reaches nobody. Where the
        sender was refused we cannot know, so we hang up.
        """
        if refused.phase is not SmtpPhase.RCPT:
            self._hang_up()
            return
        wire.write(b".\r\n")
        wire.read_reply()

    def _send_content(self, wire: Wire, data: bytes, following: tuple[str, str] | None) -> Outcome:
        """Write the content and its final dot, then wait for the verdict."""
        content = _dotted(data)
        end = len(content)
        if following is not None and self._may_ride(following):
            content += b"".join(self._commands(*following, eight_bit=False))
            self._ahead = following
        try:
            if not wire.write_content(content, end):
                self._hang_up()
                return Outcome(SmtpPhase.CONTENT)
            code, words = wire.read_reply()
        except OSError:
            self._hang_up()
            return Outcome(SmtpPhase.END_OF_DATA)
        if code == 421:
            self._hang_up()
        return _outcome(SmtpPhase.END_OF_DATA, code, words)

    def _may_ride(self, following: tuple[str, str]) -> bool:
        plain = all(one.isascii() and not _unfit(one) for one in following)
        return self.offers_pipelining and plain


def _outcome(phase: SmtpPhase, code: int, words: bytes) -> Outcome:
    if code < 0:  # smtplib's own "no answer"
        return Outcome(phase)
    return Outcome(phase, code, enhanced_code(words))


def _unfit(address: str) -> bool:
    return not address or any(sign in "<> \r\n\t\0" for sign in address)


def _dotted(data: bytes) -> bytes:
    """Return the content as the wire needs it: CRLF only, dots doubled, a final dot."""
    if data.count(b"\n") != data.count(b"\r\n") or data.count(b"\r") != data.count(b"\r\n"):
        data = _LINE_END.sub(b"\r\n", data)
    if data.startswith(b"."):
        data = b"." + data
    if b"\r\n." in data:
        data = data.replace(b"\r\n.", b"\r\n..")
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")
