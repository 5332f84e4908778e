"""Every kind of email to a patient, and the facts about each that planning and sending need.

Source: messages.md, 2 (order of "fewer mails") and 3 (inventory); delivery.md, 4.6 and 4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MessageKind(StrEnum):
    """The name of an email; its templates stand in the folder of the same name."""

    CANCELLED = "cancelled"
    CANCELLED_NO_NEED = "cancelled_no_need"
    CORRECTION = "correction"
    MOVED = "moved"
    TOMORROW = "tomorrow"
    BOOKED = "booked"
    OVERDUE = "overdue"
    TIME_TO_BOOK = "time_to_book"
    WHEN_TO_CALL = "when_to_call"


class Purpose(StrEnum):
    """What a person said yes to; consent is a row per contact point and purpose."""

    VISITS = "visits"
    CHECKINS = "checkins"
    GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What planning and sending ask about a kind.

    `capped`: counts against one mail a day and three a week, and is kept back by them.
    `exempt_from_hours`: may leave 07:00-21:00 clinic time on any day.
    `exempt_from_working_days`: also leaves at weekends and on holidays.
    `priority`: where several wait for one person, the lowest number leaves first.
    `has_calendar`: carries visit.ics.
    `version`: of the words; raised whenever a template of this kind changes its meaning.
    """

    purpose: Purpose
    capped: bool
    exempt_from_hours: bool
    exempt_from_working_days: bool
    priority: int
    has_calendar: bool = False
    version: int = 1


KIND_FACTS: Mapping[MessageKind, KindFacts] = {
    MessageKind.CANCELLED: KindFacts(Purpose.VISITS, False, True, True, 10, True),
    MessageKind.CANCELLED_NO_NEED: KindFacts(Purpose.VISITS, False, True, True, 10, True),
    MessageKind.CORRECTION: KindFacts(Purpose.VISITS, False, True, True, 20, True),
    MessageKind.MOVED: KindFacts(Purpose.VISITS, False, True, True, 30, True),
    # Leaves at 10:00 on the calendar day before, also on a Sunday; only the day is exempt.
    MessageKind.TOMORROW: KindFacts(Purpose.VISITS, False, False, True, 40),
    MessageKind.BOOKED: KindFacts(Purpose.VISITS, False, False, False, 50, True),
    MessageKind.OVERDUE: KindFacts(Purpose.VISITS, True, False, False, 70),
    MessageKind.TIME_TO_BOOK: KindFacts(Purpose.VISITS, True, False, False, 80),
    MessageKind.WHEN_TO_CALL: KindFacts(Purpose.GUIDANCE, True, False, False, 90),
}
