"""Every worked case of the recall rules that is about dates and states, by its number.

R47 and R49 are also about the instant of a mail: tests/rules/test_dates.py has that half.
R50 to R53 are about reminders and stand with them. Numbers with a letter are ours: the other
side of a boundary, or one more case of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from pathways.rules.dates import Interval, local_instant, localdate
from pathways.rules.recurrence import (
    AnchorMode,
    Collected,
    History,
    Performed,
    Rule,
    StillLate,
    days_late,
    late_at_change,
    missed_intervals,
    satisfies,
    satisfying,
)
from tests.rules.making import (
    DAY_100,
    NEURO,
    SIX_MONTHS,
    VEGF,
    YEARLY,
    YEARLY_FIXED,
    d,
    done,
    floors,
    owed,
    state,
    words,
)

VEGF_6M = replace(VEGF, opens_after=SIX_MONTHS, due_after=SIX_MONTHS, phase="remission")
VEGF_GRID = replace(VEGF, anchor_mode=AnchorMode.GRID)
R01 = History(done("2026-08-21"), floors())
R34 = R01._replace(postponed_until=d("2026-12-15"))
R25 = R01._replace(collected=(Collected(d("2026-11-18")),))
R30 = History(done("2026-06-15"), floors(phase_since="2026-11-10"))
R32 = History(done("2026-08-21"), floors(phase_since="2026-11-01"))
R37 = History(done("2026-08-21"), floors(resumed="2026-12-10"))
R44 = History(done("2026-08-21"), floors(returned="2027-03-10"))
R55 = History((), floors(phase_since="2026-08-03"), baseline_on=d("2026-08-03"))
GRID = History(done("2026-11-10"), floors(), baseline_on=d("2026-02-16"))
YEARS_DONE = done("2025-03-02", "2026-02-27", "2027-03-20")
N_MAY = History(done("2026-05-20"), floors())
HELD = {"held_from": d("2026-10-01")}
TRANSFERRED = {"closed_from": d("2026-12-01")}


@dataclass(frozen=True)
class Case:
    """One line of the table: `dates` are opens, due and overdue from, "-" where not said."""

    id: str
    rule: Rule
    history: History
    as_of: str
    dates: str
    expected: str
    others: dict[str, date] = field(default_factory=dict)


V = "2026-11-21 2026-11-21 2026-12-06"
N = "2026-08-20 2026-11-20 2026-11-21"
CASES = [
    Case("R01", VEGF, R01, "2026-11-06", V, "NOT_DUE"),
    Case("R02", VEGF, R01, "2026-11-07", V, "DUE_SOON"),
    Case("R02a the day before it opens", VEGF, R01, "2026-11-20", V, "DUE_SOON"),
    Case("R03 the day it opens and is due", VEGF, R01, "2026-11-21", V, "DUE"),
    Case("R03a first day of grace", VEGF, R01, "2026-11-22", V, "DUE, grace"),
    Case("R04", VEGF, R01, "2026-12-05", V, "DUE, grace"),
    Case("R05", VEGF, R01, "2026-12-06", V, "OVERDUE 15 d"),
    Case("R06 opens inclusive", NEURO, N_MAY, "2026-08-20", N, "DUE"),
    Case("R06a the day before", NEURO, N_MAY, "2026-08-19", N, "DUE_SOON"),
    Case("R07", NEURO, N_MAY, "2026-11-20", N, "DUE"),
    Case("R08", NEURO, N_MAY, "2026-11-21", N, "OVERDUE 1 d"),
    Case(
        "R10",
        VEGF,
        History(done("2027-11-30"), floors()),
        "2028-02-29",
        "2028-02-29 2028-02-29 2028-03-15",
        "DUE",
    ),
    Case(
        "R10a no leap year",
        VEGF,
        History(done("2026-11-30"), floors()),
        "2027-02-28",
        "2027-02-28 2027-02-28 2027-03-15",
        "DUE",
    ),
    Case(
        "R11",
        VEGF,
        History(done("2026-08-31"), floors()),
        "2026-12-14",
        "2026-11-30 2026-11-30 2026-12-15",
        "DUE, grace",
    ),
    Case(
        "R13",
        YEARLY,
        History(done("2024-02-29"), floors()),
        "2025-02-28",
        "2025-02-28 2025-02-28 2025-03-31",
        "DUE",
    ),
    Case(
        "R14",
        YEARLY_FIXED,
        History(YEARS_DONE, floors(), baseline_on=d("2024-02-29")),
        "2028-02-29",
        "- 2028-02-29 -",
        "DUE",
    ),
    Case(
        "R14a k = 2, a late visit moved nothing",
        YEARLY_FIXED,
        History(done("2025-06-30"), floors(), baseline_on=d("2024-02-29")),
        "2026-02-28",
        "2026-02-28 2026-02-28 2026-03-31",
        "DUE",
    ),
    Case(
        "R16",
        VEGF,
        History(done("2026-08-21", "2026-11-10"), floors()),
        "2026-11-21",
        "2027-02-10 2027-02-10 2027-02-25",
        "NOT_DUE",
    ),
    Case(
        "R17", VEGF, History(done("2026-08-21", "2026-09-20"), floors()), "2026-09-20", V, "NOT_DUE"
    ),
    Case(
        "R17a a gap of 41 days does not count",
        VEGF,
        History(done("2026-08-21", "2026-10-01"), floors()),
        "2026-10-01",
        V,
        "NOT_DUE",
    ),
    Case(
        "R17b a gap of 42 days counts",
        VEGF,
        History(done("2026-08-21", "2026-10-02"), floors()),
        "2026-10-02",
        "2027-01-02 2027-01-02 2027-01-17",
        "NOT_DUE",
    ),
    Case(
        "R17c a clinician ticks counts",
        VEGF,
        History((*done("2026-08-21"), Performed(d("2026-09-20"), 2, counts_early=True)), floors()),
        "2026-09-20",
        "2026-12-20 2026-12-20 2027-01-04",
        "NOT_DUE",
    ),
    Case(
        "R19",
        VEGF,
        History(done("2026-08-21", "2026-12-20"), floors()),
        "2026-12-21",
        "2027-03-20 2027-03-20 2027-04-04",
        "NOT_DUE",
    ),
    Case(
        "R20",
        NEURO,
        History(done("2026-09-15", "2026-11-21"), floors()),
        "2026-11-21",
        "2027-02-21 2027-05-21 2027-05-22",
        "NOT_DUE",
    ),
    Case("R21", VEGF_GRID, GRID, "2026-11-11", "2027-02-16 2027-02-16 2027-03-03", "NOT_DUE"),
    Case(
        "R21a first day of the grid window",
        VEGF_GRID,
        GRID._replace(performed=done("2026-11-02")),
        "2026-11-11",
        "2027-02-16 2027-02-16 2027-03-03",
        "NOT_DUE",
    ),
    Case(
        "R21b the day before it re-anchors",
        VEGF_GRID,
        GRID._replace(performed=done("2026-11-01")),
        "2026-11-11",
        "2027-02-01 2027-02-01 2027-02-16",
        "NOT_DUE",
    ),
    Case(
        "R21c last day of grace stays on the grid",
        VEGF_GRID,
        GRID._replace(performed=done("2026-11-30")),
        "2026-12-01",
        "2027-02-16 2027-02-16 2027-03-03",
        "NOT_DUE",
    ),
    Case(
        "R21d the day after re-anchors",
        VEGF_GRID,
        GRID._replace(performed=done("2026-12-01")),
        "2026-12-01",
        "2027-03-01 2027-03-01 2027-03-16",
        "NOT_DUE",
    ),
    Case("R23 before the entry", VEGF, R01, "2026-12-09", V, "OVERDUE 18 d"),
    Case(
        "R23 after the entry",
        VEGF,
        History(done("2026-08-21", "2026-11-18"), floors()),
        "2026-12-10",
        "2027-02-18 2027-02-18 2027-03-05",
        "NOT_DUE",
    ),
    Case("R25 on the expected day", VEGF, R25, "2026-12-09", "- 2026-11-21 -", "AWAITING_RESULT"),
    Case("R25 the day after", VEGF, R25, "2026-12-10", "- 2026-11-21 -", "RESULT_OVERDUE"),
    Case("R26", VEGF, R01, "2026-11-25", V, "DUE, grace"),
    Case("R28", VEGF, History((), floors("2026-11-21")), "2026-11-21", V, "DUE"),
    Case("R29", VEGF, History(done("2026-03-01"), floors("2026-11-21")), "2026-11-21", V, "DUE"),
    Case("R30", VEGF, R30, "2026-11-21", "2026-11-10 2026-11-10 2026-11-25", "DUE, grace"),
    Case("R30a grace runs out", VEGF, R30, "2026-11-25", "- 2026-11-10 -", "OVERDUE 15 d"),
    Case("R32", VEGF_6M, R32, "2026-11-21", "2027-02-21 2027-02-21 2027-03-08", "NOT_DUE"),
    Case("R34", VEGF, R34, "2026-11-25", "2026-11-21 2026-11-21 2026-12-16", "POSTPONED"),
    Case("R34a the last day", VEGF, R34, "2026-12-14", "- 2026-11-21 2026-12-16", "POSTPONED"),
    Case("R35", VEGF, R34, "2026-12-15", "2026-11-21 2026-11-21 2026-12-16", "DUE, grace"),
    Case(
        "R35 the day after",
        VEGF,
        R34,
        "2026-12-16",
        "2026-11-21 2026-11-21 2026-12-16",
        "OVERDUE 25 d",
    ),
    Case("R37 on hold", VEGF, R01, "2026-11-25", "- - -", "ON_HOLD", HELD),
    Case("R37a the day before the hold", VEGF, R01, "2026-09-30", V, "NOT_DUE", HELD),
    Case("R37 resumed", VEGF, R37, "2026-12-10", "2026-12-10 2026-12-10 2026-12-25", "DUE"),
    Case(
        "R37 after it", VEGF, R37, "2026-12-25", "2026-12-10 2026-12-10 2026-12-25", "OVERDUE 15 d"
    ),
    Case("R38", VEGF, R01, "2026-12-07", V, "OVERDUE 16 d"),
    Case("R40", VEGF, R01, "2026-12-13", V, "OVERDUE 22 d"),
    Case("R41", VEGF, R01, "2026-12-10", V, "OVERDUE 19 d"),
    Case("R43 the day before", VEGF, R01, "2026-11-30", V, "DUE, grace", TRANSFERRED),
    Case("R43 the effective day", VEGF, R01, "2026-12-01", V, "CLOSED", TRANSFERRED),
    Case("R44", VEGF, R44, "2027-03-10", "2027-03-10 2027-03-10 2027-03-25", "DUE"),
    Case(
        "R47",
        VEGF,
        History(done("2026-12-28"), floors()),
        "2027-03-28",
        "2027-03-28 2027-03-28 2027-04-12",
        "DUE",
    ),
    Case("R55", DAY_100, R55, "2026-11-11", "2026-11-11 2026-11-11 2026-11-22", "DUE"),
    Case("R55a last day", DAY_100, R55, "2026-11-21", "- 2026-11-11 2026-11-22", "DUE, grace"),
    Case("R55b overdue", DAY_100, R55, "2026-11-22", "- 2026-11-11 2026-11-22", "OVERDUE 11 d"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_worked_case(case: Case) -> None:
    found = owed(case.rule, case.history)
    dates = zip(case.dates.split(), found[7:10], strict=True)
    for expected, actual in dates:
        assert expected in ("-", str(actual))
    assert words(state(case.rule, case.history, case.as_of, **case.others)) == case.expected


def test_r17_the_early_value_is_kept_but_does_not_satisfy() -> None:
    extra = Performed(d("2026-09-20"), 2)
    assert not satisfies(VEGF, R01, extra)
    assert satisfying(VEGF, R01._replace(performed=(*R01.performed, extra))) == R01.performed[0]


def test_r19_the_last_one_is_logged_29_days_late() -> None:
    assert days_late(d("2026-11-21"), d("2026-12-20")) == 29


def test_r23_the_back_entered_exam_counts_as_on_time() -> None:
    assert days_late(d("2026-11-21"), d("2026-11-18")) == 0


def test_r30_the_row_keeps_its_original_due_date() -> None:
    assert owed(VEGF, R30).first_due_on == d("2026-09-15")


def test_r37_the_original_due_date_is_kept_for_reports() -> None:
    assert owed(VEGF, R37).first_due_on == d("2026-11-21")


def test_r44_a_return_does_not_make_anyone_overdue_at_once() -> None:
    found = owed(VEGF, R44)
    assert found.first_due_on == d("2026-11-21")
    assert found.anchor_on == d("2026-08-21")


def test_r46_the_clinic_s_day_decides_and_not_the_utc_day() -> None:
    instant = datetime(2026, 12, 6, 3, 0, tzinfo=UTC)
    local = localdate(instant, "America/Los_Angeles")
    assert str(local) == "2026-12-05"
    assert words(state(VEGF, R01, str(local))) == "DUE, grace"
    assert words(state(VEGF, R01, str(instant.date()))) == "OVERDUE 15 d"


def test_r47_the_screening_is_due_from_the_first_to_the_last_minute_of_a_short_day() -> None:
    day = d("2027-03-28")
    for at in ("00:00", "00:59", "03:00", "23:59"):
        instant = local_instant(day, datetime.strptime(at, "%H:%M").time(), "Europe/London")  # noqa: DTZ007
        assert localdate(instant, "Europe/London") == day


def test_r55_a_late_visit_does_not_move_the_next_milestone() -> None:
    day_365 = replace(DAY_100, opens_after=Interval(days=365), due_after=Interval(days=365))
    late_for_100 = R55._replace(performed=done("2026-12-20"))
    assert satisfying(DAY_100, late_for_100) == late_for_100.performed[0]
    assert owed(day_365, late_for_100).due_on == d("2027-08-03")


LATE = History(done("2026-06-15"), floors())
LOOSER = History(done("2026-06-15"), floors(phase_since="2026-11-01"))


def test_r12_loosening_does_not_clear_an_item_that_was_late_that_day() -> None:
    still_late = late_at_change(VEGF, LATE, d("2026-11-01"))
    assert still_late == StillLate(d("2026-09-15"), d("2026-06-15"))
    found = owed(VEGF_6M, LOOSER._replace(still_late=still_late))
    assert (found.opens_on, found.due_on) == (d("2026-11-01"), d("2026-11-01"))
    assert found.overdue_from == d("2026-11-16")
    assert found.first_due_on == d("2026-09-15")


def test_r12_an_item_in_grace_on_the_day_of_the_change_was_not_late() -> None:
    assert late_at_change(VEGF, LATE, d("2026-09-29")) is None
    assert late_at_change(VEGF, LATE, d("2026-09-30")) is not None


@pytest.mark.parametrize("performed", ["2026-09-20", "2026-11-03"])
def test_r12_a_result_ends_the_lateness_that_was_carried_over(performed: str) -> None:
    still_late = late_at_change(VEGF, LATE, d("2026-11-01"))
    history = LOOSER._replace(performed=done("2026-06-15", performed), still_late=still_late)
    assert owed(VEGF_6M, history).due_on == SIX_MONTHS.after(d(performed))


def test_r12_an_item_late_under_both_rules_is_due_on_the_day_of_the_change() -> None:
    history = LOOSER._replace(performed=done("2026-01-10"))
    found = owed(VEGF_6M, history)
    assert (found.due_on, found.first_due_on) == (d("2026-11-01"), d("2026-07-10"))


@pytest.mark.parametrize(
    ("as_of", "missed"),
    [
        ("2026-12-05", 0),  # in grace
        ("2027-02-20", 0),
        ("2027-02-21", 1),  # a second three months have gone by
        ("2027-05-20", 1),
        ("2027-05-21", 2),
    ],
)
def test_rule_20_counts_missed_intervals_from_the_anchor(as_of: str, missed: int) -> None:
    assert missed_intervals(VEGF, owed(VEGF, R01), d(as_of)) == missed


@pytest.mark.parametrize(
    ("as_of", "missed"),
    [("2026-11-25", 0), ("2027-02-09", 0), ("2027-02-10", 1), ("2027-05-10", 2)],
)
def test_rule_20_counts_missed_intervals_from_a_floor(as_of: str, missed: int) -> None:
    assert missed_intervals(VEGF, owed(VEGF, R30), d(as_of)) == missed


def test_rule_20_counts_missed_milestones_from_the_one_that_is_open() -> None:
    history = History(YEARS_DONE[:1], floors(), baseline_on=d("2024-02-29"))
    found = owed(YEARLY_FIXED, history)
    assert found.due_on == d("2026-02-28")
    assert missed_intervals(YEARLY_FIXED, found, d("2028-02-28")) == 1
    assert missed_intervals(YEARLY_FIXED, found, d("2028-02-29")) == 2


def test_rule_20_what_is_owed_once_misses_no_interval() -> None:
    assert missed_intervals(DAY_100, owed(DAY_100, R55), d("2030-01-01")) == 0
