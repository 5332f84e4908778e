"""What a mail server's answer means for one message: try again, stop, or ask a person.

Only the phase and the codes decide, never the words of the reply. Source: delivery.md, 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
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


# Minutes until the next try; the last one repeats up to `useful_until` (delivery.md, 4.4).
BACK_OFF_MINUTES = (1, 5, 15, 60, 240)
JITTER_SHARE = 0.1
# A claim that left no word of a try means that a worker died over it; so many, and it is set aside.
POISON_CLAIMS = 5
# From this many on, such a message is claimed alone, so that it can take no other down with it.
SUSPECT_CLAIMS = 2
BREAKER_MINUTES = (1, 2, 5, 10, 15)
# So many people of different domains refused in a row: the server means us, not them.
REFUSED_IN_A_ROW = 3
CLOCK_TOLERANCE = timedelta(seconds=60)


def next_try(tries: int, *, jitter: float) -> timedelta:
    """Return how long to wait after that many tries, the first being 1.

    `jitter`, from 0 to 1, lengthens the wait by up to a tenth, so that a batch that failed together
    does not come back together. Whether the message is still useful then is the caller's question.
    """
    if tries < 1:
        raise ValueError(f"{tries} tries cannot have failed.")
    if not 0 <= jitter <= 1:
        raise ValueError("The jitter is a share between 0 and 1.")
    minutes = BACK_OFF_MINUTES[min(tries, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * (1 + JITTER_SHARE * jitter))


def is_poison(claims: int, tries: int) -> bool:
    """Say whether workers died over a message too often. Every normal claim ends in a try."""
    return claims - tries > POISON_CLAIMS


def breaker_pause(trips: int) -> timedelta:
    """Return how long nothing is sent after the breaker tripped that often in a row."""
    return timedelta(minutes=BREAKER_MINUTES[min(max(trips, 1), len(BREAKER_MINUTES)) - 1])


def server_means_us(refused_domains: Sequence[str]) -> bool:
    """Say whether the last refusals in a row fell on people of different domains."""
    last = refused_domains[-REFUSED_IN_A_ROW:]
    return len(last) == REFUSED_IN_A_ROW and len(set(last)) == REFUSED_IN_A_ROW


class Unsure(StrEnum):
    """What to do with a message that may or may not have been taken."""

    SEND_AGAIN = "send again"  # same bytes, same Message-ID
    ASK_A_PERSON = "ask a person"


def when_unsure(*, resends: int, still_useful: bool) -> Unsure:
    """Return what follows for a message to a patient: once more, then a person decides.

    Source: delivery.md, 4.5. At most one extra copy a message, whatever happens.
    """
    return Unsure.SEND_AGAIN if resends < 1 and still_useful else Unsure.ASK_A_PERSON


def clock_trouble(
    *, machine: datetime, database: datetime, now: datetime, last_sweep: datetime | None
) -> str:
    """Say why the clocks cannot be trusted, or "" where they can.

    `machine` and `database` are real clocks; `now` and `last_sweep` are the clinic's clock, which a
    process test may have moved to another day. None of the pairs may differ by over a minute.
    """
    if abs(machine - database) > CLOCK_TOLERANCE:
        return "The clocks of this machine and of the database differ by more than a minute."
    if last_sweep is not None and last_sweep - now > CLOCK_TOLERANCE:
        return "The clock shows an earlier time than at the last sweep."
    return ""
