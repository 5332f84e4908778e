"""The *Why due?* sum: the same dates as the obligation, line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pathways.rules.dates import Interval
from pathways.rules.recurrence import (
    AnchorMode,
    Cycle,
    EarlyRecall,
    History,
    Requested,
    Rule,
    StillLate,
)
from pathways.rules.why_due import explain
from tests.rules.making import (
    NEURO,
    PRE_CYCLE,
    VEGF,
    YEARLY_FIXED,
    d,
    done,
    floors,
    owed,
)
from tests.rules.test_recurrence import ON_REQUEST

TODAY = d("2026-11-23")
BEGAN = "this phase began"
N_MAY = History(done("2026-05-20"), floors())


def sums(rule: Rule, history: History, **named: object) -> list[str]:
    """Each line as text, the answer marked with a star."""
    lines = explain(rule, owed(rule, history), BEGAN, TODAY, noun="exam", **named)
    return [f"{line.label} {line.on}{' *' if line.emphasised else ''}" for line in lines]


def test_an_exam_is_explained_in_five_lines() -> None:
    assert sums(NEURO, N_MAY) == [
        "Last exam 2026-05-20",
        "+ 3 months: may be done from 2026-08-20",
        "+ 6 months: due 2026-11-20 *",
        "+ 0 days of grace: overdue from 2026-11-21",
        "Today 2026-11-23",
    ]


def test_a_floor_is_the_answer_where_it_holds() -> None:
    assert sums(VEGF, History(done("2026-06-15"), floors(phase_since="2026-11-10"))) == [
        "Last exam 2026-06-15",
        "+ 3 months: due 2026-09-15",
        "Not before: this phase began 2026-11-10 *",
        "+ 14 days of grace: overdue from 2026-11-25",
        "Today 2026-11-23",
    ]


def test_what_was_never_done_is_due_from_the_start() -> None:
    lines = sums(VEGF, History((), floors("2026-11-21")))
    assert lines[0] == "No exam recorded: due 2026-11-21 *"


def test_a_postponement_has_its_own_line() -> None:
    lines = sums(VEGF, History(done("2026-08-21"), floors(), postponed_until=d("2026-12-15")))
    assert lines[2:4] == [
        "+ 14 days of grace: overdue from 2026-12-06",
        "Postponed: overdue from 2026-12-16",
    ]


def test_a_milestone_is_counted_from_its_baseline_in_one_sum() -> None:
    history = History(done("2025-03-02"), floors(), baseline_on=d("2024-02-29"))
    assert sums(YEARLY_FIXED, history, baseline_noun="Transplant")[:2] == [
        "Transplant 2024-02-29",
        "+ 24 months: due 2026-02-28 *",
    ]


def test_a_grid_that_was_re_anchored_names_the_result() -> None:
    on_grid = replace(VEGF, anchor_mode=AnchorMode.GRID)
    history = History(done("2026-11-01"), floors(), baseline_on=d("2026-02-16"))
    assert sums(on_grid, history)[0] == "Last exam 2026-11-01"
    assert sums(on_grid, history._replace(performed=()))[0] == "Baseline 2026-02-16"


def test_a_cycle_is_explained_from_its_day_1() -> None:
    history = History((), floors(), cycle=Cycle(3, planned_on=d("2026-11-25")))
    assert sums(PRE_CYCLE, history)[:2] == [
        "Cycle 3, day 1: due 2026-11-25 *",
        "- 3 days: may be done from 2026-11-22",
    ]


def test_an_early_recall_is_the_answer() -> None:
    asked = EarlyRecall(until_on=d("2026-10-05"), asked_on=d("2026-09-21"))
    lines = sums(VEGF, History(done("2026-08-21"), floors(), early_recall=asked))
    assert lines[1:3] == [
        "+ 3 months: due 2026-11-21",
        "Asked for sooner: due 2026-10-05 *",
    ]


def test_lateness_carried_over_a_change_is_said() -> None:
    history = History(
        done("2026-06-15"),
        floors(phase_since="2026-11-01"),
        still_late=StillLate(d("2026-09-15"), d("2026-06-15")),
    )
    looser = replace(VEGF, opens_after=Interval(6), due_after=Interval(6))
    assert sums(looser, history)[1:4] == [
        "+ 6 months: due 2026-12-15",
        "Late under the rule before: first due 2026-09-15",
        "Not before: this phase began 2026-11-01 *",
    ]


def test_an_asked_interval_is_the_one_that_is_added() -> None:
    asked = Requested(d("2026-11-20"), Interval(2))
    history = History(done("2026-11-21"), floors(), requested=asked)
    assert sums(ON_REQUEST, history, interval=asked.interval)[1] == "+ 2 months: due 2027-01-21 *"


def test_what_has_no_anchor_gives_its_reason() -> None:
    assert sums(PRE_CYCLE, History((), floors())) == [
        "No cycle recorded None",
        "Today 2026-11-23",
    ]


@pytest.mark.parametrize("history", [N_MAY, History((), floors())])
def test_exactly_one_line_is_the_answer_and_it_is_the_due_date(history: History) -> None:
    found = owed(NEURO, history)
    answers = [line.on for line in explain(NEURO, found, BEGAN, TODAY) if line.emphasised]
    assert answers == [found.due_on]
