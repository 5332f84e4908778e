"""One function per email to a patient: facts in, words out. The words: templates/emails/.

Every level here is the discreet one (messages.md, 2). A fact that a kind cannot do without and that
is missing raises UnsendableError, so the row is set aside instead of sent half empty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pathways.messaging import calendar, dates
from pathways.messaging.envelope import (
    IcsMethod,
    Links,
    Recipient,
    Sender,
    UnsendableError,
    Visit,
    Window,
    check_line,
)
from pathways.messaging.kinds import MessageKind
from pathways.messaging.rendered import Rendered
from pathways.messaging.skeleton import SLOTS, skeleton, spoken_language

_DAY = timedelta(days=1)
_SATURDAY = 5

LONGEST_NAME = 200
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def time_to_book(
    *,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    window: Window,
    at: datetime,
    place_lines: tuple[str, ...] = (),
    minutes: int | None = None,
) -> Rendered:
    """Invite to choose a day in the window. Place defaults to the clinic's address."""
    kind = MessageKind.TIME_TO_BOOK
    tongue = spoken_language(kind, recipient.language)
    values = _window(window, _day(at, sender), tongue)
    values |= _place(place_lines or sender.address_lines)
    return _fill(kind, sender, recipient, links, values | _length(minutes, tongue))


def overdue(
    *,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    window: Window,
    at: datetime,
    place_lines: tuple[str, ...] = (),
    minutes: int | None = None,
) -> Rendered:
    """Ask again, without blame. Names the day hoped for, where the window holds one."""
    kind = MessageKind.OVERDUE
    tongue = spoken_language(kind, recipient.language)
    values = _hoped(window, _day(at, sender), tongue)
    values |= _place(place_lines or sender.address_lines) | _length(minutes, tongue)
    return _fill(kind, sender, recipient, links, values)


def booked(
    *, sender: Sender, recipient: Recipient, links: Links, visit: Visit, at: datetime
) -> Rendered:
    """Confirm a booking, with its calendar file. `at` is the instant of writing."""
    kind = MessageKind.BOOKED
    values = _visit(visit, sender, spoken_language(kind, recipient.language))
    ics = calendar.publish(visit, sender, at=at)
    return _fill(kind, sender, recipient, links, values, ics, IcsMethod.PUBLISH)


def tomorrow(*, sender: Sender, recipient: Recipient, links: Links, visit: Visit) -> Rendered:
    """Remind on the day before. No file: the same one was sent with the booking."""
    kind = MessageKind.TOMORROW
    values = _visit(visit, sender, spoken_language(kind, recipient.language))
    return _fill(kind, sender, recipient, links, values)


def moved(
    *, sender: Sender, recipient: Recipient, links: Links, visit: Visit, at: datetime
) -> Rendered:
    """Tell a new time, then the old one. The visit needs `old_starts_at` and a grown `sequence`."""
    kind = MessageKind.MOVED
    tongue = spoken_language(kind, recipient.language)
    if visit.old_starts_at is None:
        raise UnsendableError("A moved visit needs its old time, so that nobody comes then.")
    values = _visit(visit, sender, tongue)
    values |= _old(visit.old_starts_at, sender, tongue)
    ics = calendar.publish(visit, sender, at=at)
    return _fill(kind, sender, recipient, links, values, ics, IcsMethod.PUBLISH)


def cancelled(
    *,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    visit: Visit,
    at: datetime,
    window: Window | None = None,
) -> Rendered:
    """Stop a journey; the visit is still needed, so the days that suit are named if given."""
    return _cancelled(MessageKind.CANCELLED, sender, recipient, links, visit, at, window)


def cancelled_no_need(
    *, sender: Sender, recipient: Recipient, links: Links, visit: Visit, at: datetime
) -> Rendered:
    """Stop a journey; nothing more to do."""
    return _cancelled(MessageKind.CANCELLED_NO_NEED, sender, recipient, links, visit, at, None)


def correction(
    *, sender: Sender, recipient: Recipient, links: Links, visit: Visit, at: datetime
) -> Rendered:
    """Put right a wrong message: the right time, and the wrong one struck out if it was told."""
    kind = MessageKind.CORRECTION
    tongue = spoken_language(kind, recipient.language)
    values = _visit(visit, sender, tongue)
    if visit.old_starts_at is not None:
        values |= _old(visit.old_starts_at, sender, tongue)
    ics = calendar.publish(visit, sender, at=at)
    return _fill(kind, sender, recipient, links, values, ics, IcsMethod.PUBLISH)


def when_to_call(*, sender: Sender, recipient: Recipient, links: Links) -> Rendered:
    """Send the link to the page that says when to call, and whom."""
    if links.when_to_call is None:
        raise UnsendableError("This email is about a page. Switch the page on, or do not send it.")
    return _fill(MessageKind.WHEN_TO_CALL, sender, recipient, links, {})


def render(
    kind: MessageKind,
    *,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    at: datetime,
    window: Window | None = None,
    visit: Visit | None = None,
    place_lines: tuple[str, ...] = (),
    minutes: int | None = None,
) -> Rendered:
    """Call the function of a kind with the facts it takes; a missing one raises UnsendableError."""
    if kind is MessageKind.WHEN_TO_CALL:
        return when_to_call(sender=sender, recipient=recipient, links=links)
    if kind in (MessageKind.TIME_TO_BOOK, MessageKind.OVERDUE):
        if window is None:
            raise UnsendableError(f"{kind}: the days on which the visit fits are missing.")
        invite = time_to_book if kind is MessageKind.TIME_TO_BOOK else overdue
        return invite(
            sender=sender,
            recipient=recipient,
            links=links,
            window=window,
            at=at,
            place_lines=place_lines,
            minutes=minutes,
        )
    if visit is None:
        raise UnsendableError(f"{kind}: the visit is missing.")
    if kind is MessageKind.TOMORROW:
        return tomorrow(sender=sender, recipient=recipient, links=links, visit=visit)
    if kind is MessageKind.CANCELLED:
        return cancelled(
            sender=sender, recipient=recipient, links=links, visit=visit, at=at, window=window
        )
    write = {
        MessageKind.BOOKED: booked,
        MessageKind.MOVED: moved,
        MessageKind.CANCELLED_NO_NEED: cancelled_no_need,
        MessageKind.CORRECTION: correction,
    }[kind]
    return write(sender=sender, recipient=recipient, links=links, visit=visit, at=at)


def fit_name(name: str) -> str:
    """Return a first name fit to stand in a sentence; right-to-left letters are set apart.

    Without the isolates a date or a comma beside the name would change its place.
    """
    name = " ".join(name.replace("\u200e", "").replace("\u200f", "").split(" ")).strip()
    check_line(name, "The first name")
    if len(name) > LONGEST_NAME:
        raise UnsendableError(f"The first name is longer than {LONGEST_NAME} characters. Check it.")
    if not name.isascii() and any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in name):
        return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
    return name


def _cancelled(
    kind: MessageKind,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    visit: Visit,
    at: datetime,
    window: Window | None,
) -> Rendered:
    tongue = spoken_language(kind, recipient.language)
    local = dates.in_zone(visit.starts_at, sender.time_zone)
    values = {"when_short": dates.day_short(local.date(), tongue)}
    values |= _old(visit.starts_at, sender, tongue)
    if window is not None:
        left = _without(window, local.date())
        values |= _window(left, _day(at, sender), tongue)
    ics = calendar.cancel(visit, sender, at=at)
    return _fill(kind, sender, recipient, links, values, ics, IcsMethod.CANCEL)


def _day(at: datetime, sender: Sender) -> date:
    """Return the clinic's day on which the letter is written."""
    return dates.in_zone(at, sender.time_zone).date()


def _window(window: Window, today: date, language: str) -> dict[str, str]:
    """Name the good days; once they are over, or with fewer than two, the day hoped for."""
    if window.first_on is None or window.last_on is None or window.last_on < today:
        return _hoped(window, today, language)
    if window.last_on < window.first_on:
        raise UnsendableError("The last day that suits lies before the first. Plan it again.")
    same_year = window.first_on.year == window.last_on.year
    first = dates.day_without_year if same_year else dates.day_long
    return {
        "window_first": first(window.first_on, language),
        "window_last": dates.day_long(window.last_on, language),
    }


def _without(window: Window, day: date) -> Window:
    """Return the good days without one at their end: nobody is offered the day just cancelled."""
    first_on, last_on, hoped_by_on = window.first_on, window.last_on, window.hoped_by_on
    if first_on == day:
        first_on = day + _DAY
        while first_on.weekday() >= _SATURDAY:
            first_on += _DAY
    if last_on == day:
        last_on = day - _DAY
        while last_on.weekday() >= _SATURDAY:
            last_on -= _DAY
    if first_on is not None and last_on is not None and first_on >= last_on:
        first_on = last_on = None  # fewer than two are no choice
    return Window(
        first_on=first_on, last_on=last_on, hoped_by_on=None if hoped_by_on == day else hoped_by_on
    )


def _hoped(window: Window, today: date, language: str) -> dict[str, str]:
    if window.hoped_by_on is None:
        return {}
    slot = "hope_by" if window.hoped_by_on >= today else "hoped_by"
    return {slot: dates.day_long(window.hoped_by_on, language)}


def _visit(visit: Visit, sender: Sender, language: str) -> dict[str, str]:
    local = dates.in_zone(visit.starts_at, sender.time_zone)
    day = local.date()
    values = {
        "when_day": dates.day_long(day, language),
        "when_time": dates.time_of_day(local, language),
        "when_short": dates.day_short(day, language),
        "when_near": dates.day_without_year(day, language),
    }
    values |= _place(visit.place_lines or sender.address_lines)
    return values | _length(visit.minutes, language)


def _old(moment: datetime, sender: Sender, language: str) -> dict[str, str]:
    local = dates.in_zone(moment, sender.time_zone)
    day = dates.day_long(local.date(), language)
    return {"old_when": f"{day}, {dates.time_of_day(local, language)}"}


def _place(lines: tuple[str, ...]) -> dict[str, str]:
    if not lines:
        return {}
    return {
        "place": check_line(lines[0], "The place"),
        "place_rest": check_line(", ".join(lines[1:]), "The place"),
    }


def _length(minutes: int | None, language: str) -> dict[str, str]:
    if minutes is None:
        return {}
    if minutes <= 0:
        raise UnsendableError("The visit has no length. Set its minutes.")
    return {"length": dates.length_of(minutes, language)}


def _fill(
    kind: MessageKind,
    sender: Sender,
    recipient: Recipient,
    links: Links,
    values: dict[str, str],
    ics: bytes | None = None,
    ics_method: str = "",
) -> Rendered:
    """Join the facts, the name and the links."""
    values["name"] = fit_name(recipient.first_name)
    base = f"{sender.link_base}/"
    for slot, url in (
        ("call_me", links.call_me),
        ("when_to_call", links.when_to_call),
        ("stop", links.stop),
    ):
        if url is not None:
            if not url.startswith(base):
                raise UnsendableError("A link leads away from the clinic's own host. Mend it.")
            values[slot] = check_line(url, "A link")
    return _dress(kind, sender, recipient.language, recipient.is_carer, values, ics, ics_method)


def _dress(
    kind: MessageKind,
    sender: Sender,
    language: str,
    is_carer: bool,
    values: Mapping[str, str],
    ics: bytes | None,
    ics_method: str,
) -> Rendered:
    """Put the values on the skeleton that has exactly their rows."""
    present = tuple(slot for slot in SLOTS if values.get(slot))
    bones = skeleton(kind, language, sender, is_carer, present)
    return Rendered(
        kind=kind,
        language=bones.language,
        subject=bones.subject.fill(values),
        preheader=bones.preheader.fill(values),
        skeleton=bones,
        values=values,
        ics=ics,
        ics_method=ics_method,
    )
