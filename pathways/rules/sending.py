"""May this message leave now? Asked of every message at the last moment, with facts read just then.

What was true when a message was planned may have changed since: the person died, the result came,
a visit was booked. Source: delivery.md, 4.4 and 4.8; recall-rules.md, rule 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

ONE_A_DAY = 1
THREE_A_WEEK = 3
WEEK = timedelta(days=7)
# Another message to the same person is in a worker's hands just now: look again soon.
OTHER_ON_ITS_WAY = timedelta(minutes=1)
LOOK_AGAIN = timedelta(hours=1)


class Way(StrEnum):
    """What happens to the message."""

    GO = "go"
    WAIT = "wait"  # back to the queue, until a named instant
    CANCEL = "cancel"  # nobody wants it any more
    WITHHOLD = "withhold"  # it may not be sent; a person may have to phone
    EXPIRE = "expire"  # too late to be of use; a person phones


class Why(StrEnum):
    """The plain reason, as the post page shows it."""

    NOTHING = ""
    DECEASED = "the person has died"
    TOO_LATE = "it could not leave in time"
    SUPERSEDED = "the visit was changed or cancelled since"
    NOT_ENROLLED = "the person is no longer on the pathway"
    ON_HOLD = "the person is on hold"
    NOT_WANTED = "done, booked, or no longer due"
    ADDRESS_RETIRED = "the address was replaced"
    NO_ADDRESS = "there is no email address"
    ADDRESS_SUSPENDED = "the address is suspended"
    ADDRESS_UNVERIFIED = "the address is not confirmed"
    NO_CONSENT = "no agreement to these emails is in force"
    LINKS_DEAD = "its links would not open: ALLOWED_HOSTS lacks the clinic's link host"
    NOT_SIGNED = "the pathway is not signed for this clinic"
    TEST = "test: not on the list of allowed recipients"
    CLOSED_HOURS = "outside the hours in which the clinic writes"
    CAPPED = "one email a day and three a week"
    DOMAIN_BUSY = "many emails to one provider; a little later"


@dataclass(frozen=True, slots=True)
class SendFacts:
    """What was read about one message just before sending. Instants are the clinic's clock."""

    alive: bool = True
    useful_until: datetime | None = None
    # A message about a booking: is it still that booking, in that revision? None: not about one.
    booking_stands: bool | None = None
    is_invitation: bool = False
    enrolled: bool = True
    on_hold: bool = False
    # Reminders carried, and how many of them are still wanted. None: it carries none by nature.
    wanted_reminders: int | None = None
    has_address: bool = True
    retired: bool = False
    suspended: bool = False
    verified: bool = True
    consented: bool = True
    links_open: bool = True
    signed: bool = True
    allowed_recipient: bool = True
    opens_at: datetime | None = None  # the window's next opening, not before now
    capped: bool = False
    sent_days: Sequence[date] = ()  # clinic days on which a capped message left, the last week
    other_on_its_way: bool = False
    spread: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens, why, and when to ask again."""

    way: Way
    why: Why = Why.NOTHING
    until: datetime | None = None


GO = Verdict(Way.GO)


def may_leave(facts: SendFacts, *, now: datetime, today: date, tomorrow: datetime) -> Verdict:
    """Return the verdict on one message. `tomorrow` is when the clinic's next day begins.

    A wait that would end after the message stopped being useful is an end at once, so that a person
    has the longest time to phone.
    """
    verdict = _stop(facts, now) or _pause(facts, now, today, tomorrow) or GO
    late = facts.useful_until is not None and verdict.until is not None
    if late and verdict.until >= facts.useful_until:  # type: ignore[operator]
        return Verdict(Way.EXPIRE, Why.TOO_LATE)
    return verdict


def _stop(facts: SendFacts, now: datetime) -> Verdict | None:
    """Reasons that no waiting mends, the gravest first."""
    if not facts.alive:
        return Verdict(Way.CANCEL, Why.DECEASED)
    if facts.booking_stands is False:
        return Verdict(Way.CANCEL, Why.SUPERSEDED)
    if facts.is_invitation and not facts.enrolled:
        return Verdict(Way.CANCEL, Why.NOT_ENROLLED)
    if facts.is_invitation and facts.on_hold:
        return Verdict(Way.CANCEL, Why.ON_HOLD)
    if facts.wanted_reminders == 0:
        return Verdict(Way.CANCEL, Why.NOT_WANTED)
    if facts.useful_until is not None and facts.useful_until <= now:
        return Verdict(Way.EXPIRE, Why.TOO_LATE)
    if not facts.has_address:
        return Verdict(Way.WITHHOLD, Why.NO_ADDRESS)
    if facts.retired:
        # An invitation is planned anew for the new address; news of a visit needs a call.
        way = Way.CANCEL if facts.is_invitation else Way.WITHHOLD
        return Verdict(way, Why.ADDRESS_RETIRED)
    if facts.suspended:
        return Verdict(Way.WITHHOLD, Why.ADDRESS_SUSPENDED)
    if not facts.verified:
        return Verdict(Way.WITHHOLD, Why.ADDRESS_UNVERIFIED)
    if not facts.consented:
        return Verdict(Way.WITHHOLD, Why.NO_CONSENT)
    if not facts.allowed_recipient:
        return Verdict(Way.WITHHOLD, Why.TEST)
    return None


def _pause(facts: SendFacts, now: datetime, today: date, tomorrow: datetime) -> Verdict | None:
    """Reasons that time mends."""
    if not facts.links_open:
        return Verdict(Way.WAIT, Why.LINKS_DEAD, now + LOOK_AGAIN)
    if not facts.signed:
        return Verdict(Way.WAIT, Why.NOT_SIGNED, now + LOOK_AGAIN)
    if facts.opens_at is not None and facts.opens_at > now:
        return Verdict(Way.WAIT, Why.CLOSED_HOURS, facts.opens_at)
    if not facts.capped:
        return None
    if facts.other_on_its_way:
        return Verdict(Way.WAIT, Why.CAPPED, now + OTHER_ON_ITS_WAY + facts.spread)
    if sum(day == today for day in facts.sent_days) >= ONE_A_DAY:
        return Verdict(Way.WAIT, Why.CAPPED, tomorrow)
    recent = [day for day in facts.sent_days if today - day < WEEK]
    if len(recent) >= THREE_A_WEEK:
        return Verdict(Way.WAIT, Why.CAPPED, tomorrow)
    return None
