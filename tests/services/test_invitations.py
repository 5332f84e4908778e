"""Which days an invitation names: working days, and the day hoped for where too few are left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pathways.models import Clinic, Closure
from pathways.rules.due_status import DueFacts
from pathways.services import calendar, invitations
from pathways.services.message_values import Values

pytestmark = pytest.mark.django_db


def asked(clinic: Clinic, sent_on: str, *, opens: str, due: str, overdue: str) -> Values:
    facts = DueFacts(
        soon_on=None,
        opens_on=date.fromisoformat(opens),
        due_on=date.fromisoformat(due),
        overdue_from=date.fromisoformat(overdue),
    )
    return invitations.values(facts, date.fromisoformat(sent_on), 30, days=calendar.of(clinic))


def named(values: Values) -> tuple[Any, ...]:
    return values["first_on"], values["last_on"], values["hoped_by_on"]


# 20 November 2026 is a Friday, 21 a Saturday, 23 a Monday; 25 and 28 December are holidays.
@pytest.mark.parametrize(
    ("sent_on", "opens", "due", "overdue", "says"),
    [
        # Opens on a Saturday, overdue from a Sunday: Monday to Friday.
        ("2026-11-06", "2026-11-21", "2026-11-21", "2026-12-06", ("2026-11-23", "2026-12-04")),
        # Open for long: the day after the letter, not the letter's own.
        ("2026-11-18", "2026-11-02", "2026-11-20", "2026-12-05", ("2026-11-19", "2026-12-04")),
        # Sent on a Friday: the next day on which somebody is there.
        ("2026-11-20", "2026-11-02", "2026-11-20", "2026-12-05", ("2026-11-23", "2026-12-04")),
        # A holiday begins it, and one ends it.
        ("2026-12-10", "2026-12-25", "2026-12-25", "2027-01-09", ("2026-12-29", "2027-01-08")),
        ("2026-12-01", "2026-12-07", "2026-12-28", "2026-12-29", ("2026-12-07", "2026-12-24")),
        # Two good days are still a choice.
        ("2026-11-18", "2026-11-02", "2026-11-07", "2026-11-21", ("2026-11-19", "2026-11-20")),
    ],
)
def test_the_good_days_begin_and_end_on_working_days(
    clinic: Clinic, sent_on: str, opens: str, due: str, overdue: str, says: tuple[str, str]
) -> None:
    values = asked(clinic, sent_on, opens=opens, due=due, overdue=overdue)
    assert named(values)[:2] == says


@pytest.mark.parametrize(
    ("sent_on", "due", "overdue", "hoped_by"),
    [
        ("2026-11-19", "2026-11-06", "2026-11-21", "2026-11-20"),  # Friday is all that is left
        ("2026-11-25", "2026-11-11", "2026-11-26", "2026-11-11"),  # nothing is left
        ("2026-11-27", "2026-11-15", "2026-11-30", "2026-11-16"),  # a weekend is left; due a Sunday
        ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"),  # due a Saturday without grace
        ("2026-11-26", "2026-05-25", "2026-06-08", "2026-05-26"),  # six months ago, a bank holiday
        ("2026-11-27", "2026-05-25", "2026-06-08", None),  # longer ago than that
        ("2026-11-25", "2025-10-01", "2025-10-16", None),
    ],
)
def test_one_good_day_or_none_is_no_choice_so_the_day_hoped_for_is_named(
    clinic: Clinic, sent_on: str, due: str, overdue: str, hoped_by: str | None
) -> None:
    values = asked(clinic, sent_on, opens="2025-09-01", due=due, overdue=overdue)
    assert named(values) == (None, None, hoped_by)


def test_a_closure_is_no_good_day(clinic: Clinic) -> None:
    for day in (date(2026, 11, 23), date(2026, 12, 4)):
        Closure.objects.create(clinic=clinic, on=day, reason="moving house")
    values = asked(clinic, "2026-11-06", opens="2026-11-21", due="2026-11-21", overdue="2026-12-06")
    assert named(values) == ("2026-11-24", "2026-12-03", "2026-11-24")
