"""What an invitation says: the days on which the visit fits."""

from __future__ import annotations

from datetime import date, timedelta

from pathways.rules.dates import add_months
from pathways.rules.due_status import DueFacts
from pathways.rules.reminders import HOPED_FOR_MONTHS
from pathways.services import message_values
from pathways.services.calendar import ClinicCalendar
from pathways.services.message_values import Values


def values(facts: DueFacts, sent_on: date, minutes: int, *, days: ClinicCalendar) -> Values:
    """Return the values of an invitation that leaves on `sent_on`.

    The good days run from the first working day on which the screening is open, after the day of
    sending, to the last one before it is overdue. A single one is the day hoped for; where none is
    left, that is the due day, moved to a working day (recall rule 16), unless it is long past.
    """
    if facts.opens_on is None or facts.due_on is None or facts.overdue_from is None:
        raise ValueError("A screening without dates cannot be written about.")
    first = days.next_working_day(max(facts.opens_on, sent_on + timedelta(days=1)))
    last = days.working_day_before(facts.overdue_from)
    hoped_by = last if first == last else days.next_working_day(facts.due_on)
    long_past = add_months(hoped_by, HOPED_FOR_MONTHS) < sent_on
    return message_values.invitation(
        good_days=(first, last) if first < last else None,
        hoped_by_on=None if long_past else hoped_by,
        minutes=minutes,
    )
