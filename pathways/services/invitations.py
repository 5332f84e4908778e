"""What an invitation says: the days on which the visit fits."""

from __future__ import annotations

from datetime import date, timedelta

from pathways.rules.due_status import DueFacts
from pathways.services import message_values
from pathways.services.message_values import Values


def values(facts: DueFacts, sent_on: date, minutes: int) -> Values:
    """Return the values of an invitation that leaves on `sent_on`.

    The first good day is the one on which the screening opens, never before the day of sending;
    the last is the day before it is overdue. Once that is past, only the day hoped for is said.
    """
    if facts.opens_on is None or facts.due_on is None or facts.overdue_from is None:
        raise ValueError("A screening without dates cannot be written about.")
    first = max(facts.opens_on, sent_on)
    return message_values.invitation(
        first_on=first,
        last_on=max(first, facts.overdue_from - timedelta(days=1)),
        hoped_by_on=facts.due_on,
        minutes=minutes,
    )
