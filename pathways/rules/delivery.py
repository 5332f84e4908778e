"""What a mail server's answer means for one message: try again, stop, or ask a person.

Only the phase and the codes decide, never the words of the reply. Source: delivery.md, 4.4.
"""

from __future__ import annotations

from enum import StrEnum


class SmtpPhase(StrEnum):
    """How far the conversation about one message got when it ended."""

    CONNECT = "connect"  # socket, greeting, EHLO, STARTTLS
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the DATA command, before its 354
    CONTENT = "content"  # the body is being written; the final dot has not left us
    END_OF_DATA = "end of data"  # the final dot has left us


class SendClass(StrEnum):
    """What the caller does next."""

    SENT = "sent"
    TEMPORARY = "temporary"  # back to queued, later
    BAD_ADDRESS = "bad address"  # suspend the address, a person phones
    POLICY = "policy"  # the server refuses us, not this address: breaker and alarm
    QUARANTINE = "quarantine"  # the server refuses this content: set aside and alarm
    AUTH = "auth"  # our login is wrong: stop claiming, attempts not counted
    UNKNOWN = "unknown"  # may have been taken: reconcile, never a plain retry
    ABORTED = "aborted"  # the caller stopped it before any content left; nothing was sent


# 5.1.7 and 5.1.8 speak of the sender's address (RFC 3463), so the patient's is not to blame.
_SENDER_AT_FAULT = frozenset({"5.1.7", "5.1.8"})


def classify(phase: SmtpPhase, code: int | None, enhanced: str = "") -> SendClass:
    """Return the class of an answer; `code` is None where no answer came at all.

    `enhanced` is the RFC 3463 code ("5.1.1") or "" where the server gave none.
    """
    if code is None:
        return SendClass.UNKNOWN if phase is SmtpPhase.END_OF_DATA else SendClass.TEMPORARY
    if 200 <= code < 300 and phase is SmtpPhase.END_OF_DATA:
        return SendClass.SENT
    if code in (530, 535) and phase is not SmtpPhase.END_OF_DATA:
        return SendClass.AUTH
    if phase is SmtpPhase.CONNECT or 400 <= code < 500:
        return SendClass.TEMPORARY
    if code < 500:
        # Neither yes nor no. Only after the final dot may the message have been taken.
        return SendClass.UNKNOWN if phase is SmtpPhase.END_OF_DATA else SendClass.TEMPORARY
    if phase is SmtpPhase.AUTH:
        return SendClass.AUTH
    if phase is SmtpPhase.RCPT:
        return SendClass.BAD_ADDRESS if _address_is_bad(code, enhanced) else SendClass.POLICY
    if phase is SmtpPhase.MAIL:
        return SendClass.POLICY
    return SendClass.QUARANTINE


def _address_is_bad(code: int, enhanced: str) -> bool:
    """Say whether a refused RCPT speaks of the address itself: 5.1.x, 5.2.1, or a bare 550."""
    if not enhanced:
        return code == 550
    if enhanced in _SENDER_AT_FAULT:
        return False
    return enhanced.startswith("5.1.") or enhanced == "5.2.1"
