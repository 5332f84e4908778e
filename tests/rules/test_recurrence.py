"""The kinds of recurrence, early recall, samples, floors: what the worked cases leave open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pathways.rules.dates import Interval
from pathways.rules.recurrence import (
    NO_BASELINE,
    NO_CYCLE,
    AnchorMode,
    Basis,
    Collected,
    Cycle,
    EarlyRecall,
    Floors,
    History,
    Occurrence,
    Performed,
    RecurrenceKind,
    Requested,
    Rule,
    StillLate,
    missed_intervals,
    occurrence,
    satisfying,
    satisfying_events,
)
from tests.rules.making import (
    DAY_100,
    NEURO,
    PRE_CYCLE,
    SIX_MONTHS,
    VEGF,
    YEARLY_FIXED,
    d,
    done,
    floors,
    owed,
    state,
    words,
)

IN_PHASE = floors(phase_since="2026-11-10")
BASELINE_EXAM = replace(
    VEGF,
    code="ct-bone",
    kind=RecurrenceKind.ONCE,
    opens_after=Interval(),
    due_after=Interval(),
    lookback_days=30,
)
AT_RELAPSE = replace(VEGF, kind=RecurrenceKind.AT_START, min_gap_days=10, lookback_days=7)
ON_REQUEST = replace(VEGF, code="echo", kind=RecurrenceKind.ON_REQUEST, due_after=SIX_MONTHS)
LAST = done("2026-08-21")


def dates(found: Occurrence) -> str:
    return f"{found.opens_on} {found.due_on} {found.overdue_from}"


# Once: due on the phase's first day, closed for good.


def test_once_is_due_on_the_phase_s_first_day() -> None:
    assert dates(owed(BASELINE_EXAM, History((), IN_PHASE))) == "2026-11-10 2026-11-10 2026-11-25"


@pytest.mark.parametrize(
    ("performed", "closed"),
    [("2026-10-10", False), ("2026-10-11", True), ("2026-11-10", True), ("2029-01-01", True)],
)
def test_once_is_closed_by_a_result_from_the_lookback_on(performed: str, closed: bool) -> None:
    history = History(done(performed), IN_PHASE)
    assert (occurrence(BASELINE_EXAM, history) is None) is closed


def test_once_is_closed_by_the_first_result_and_a_later_one_closes_nothing() -> None:
    history = History(done("2026-11-12", "2027-05-01"), IN_PHASE)
    assert satisfying_events(BASELINE_EXAM, history) == history.performed[:1]


# At start, then every: a phase's first day is its own obligation.


@pytest.mark.parametrize(
    ("performed", "due"),
    [
        ("2026-11-02", "2026-11-10"),  # eight days before: owed again at the start
        ("2026-11-03", "2027-02-03"),  # seven days before: counts, and re-anchors
        ("2026-11-12", "2027-02-12"),
    ],
)
def test_at_start_asks_at_the_phase_s_first_day_and_then_every(performed: str, due: str) -> None:
    assert owed(AT_RELAPSE, History(done(performed), IN_PHASE)).due_on == d(due)


def test_at_start_is_answered_by_a_result_soon_after_one_of_the_phase_before() -> None:
    history = History(done("2026-11-02", "2026-11-11"), IN_PHASE)
    assert owed(AT_RELAPSE, history).due_on == d("2027-02-11")


def test_within_the_phase_the_phase_s_own_minimum_gap_counts() -> None:
    too_early = History(done("2026-11-11", "2026-11-20"), IN_PHASE)
    far_enough = History(done("2026-11-11", "2026-11-21"), IN_PHASE)
    assert owed(AT_RELAPSE, too_early).due_on == d("2027-02-11")
    assert owed(AT_RELAPSE, far_enough).due_on == d("2027-02-21")


def test_a_result_keeps_counting_by_the_gap_of_the_phase_it_was_performed_in() -> None:
    repeat = Performed(d("2026-09-04"), 2, min_gap_days=10)
    assert satisfying(VEGF, History((*LAST, repeat), IN_PHASE)) == repeat
    assert (
        satisfying(VEGF, History((*LAST, repeat._replace(min_gap_days=None)), IN_PHASE))
        == (LAST[0])
    )


# On request: off until a clinician turns it on.


def test_on_request_owes_nothing_until_asked() -> None:
    assert occurrence(ON_REQUEST, History(LAST, IN_PHASE)) is None


@pytest.mark.parametrize(
    ("performed", "due"),
    [
        ((), "2026-11-20"),  # never done: due when asked
        (("2026-01-10",), "2026-11-20"),  # long ago: due when asked, not before
        (("2026-10-20",), "2027-04-20"),
    ],
)
def test_on_request_counts_from_the_last_one_but_never_from_before_the_asking(
    performed: tuple[str, ...], due: str
) -> None:
    asked = Requested(d("2026-11-20"), SIX_MONTHS)
    found = owed(ON_REQUEST, History(done(*performed), IN_PHASE, requested=asked))
    assert (found.due_on, found.first_due_on) == (d(due), d(due))


def test_on_request_opens_as_the_rule_says_only_at_the_rule_s_own_interval() -> None:
    history = History(done("2026-11-25"), IN_PHASE)
    as_ruled = history._replace(requested=Requested(d("2026-11-20"), SIX_MONTHS))
    sooner = history._replace(requested=Requested(d("2026-11-20"), Interval(2)))
    assert dates(owed(ON_REQUEST, as_ruled)) == "2027-02-25 2027-05-25 2027-06-09"
    assert dates(owed(ON_REQUEST, sooner)) == "2027-01-25 2027-01-25 2027-02-09"


def test_on_request_without_an_interval_asks_for_one() -> None:
    asked = Requested(d("2026-11-20"), Interval())
    before = History(done("2026-11-19"), IN_PHASE, requested=asked)
    assert owed(ON_REQUEST, before).due_on == d("2026-11-20")
    assert occurrence(ON_REQUEST, before._replace(performed=done("2026-11-20"))) is None


def test_missed_intervals_of_an_asked_one_are_counted_in_the_asked_interval() -> None:
    asked = Requested(d("2026-11-20"), Interval(1))
    found = owed(ON_REQUEST, History((), IN_PHASE, requested=asked))
    assert missed_intervals(ON_REQUEST, found, d("2027-02-20"), asked.interval) == 3


# Cycles: one obligation each, moved by a delay.

CYCLE_3 = Cycle(3, planned_on=d("2026-11-23"))


def test_a_cycle_s_record_opens_before_day_1_and_is_due_on_it() -> None:
    found = owed(PRE_CYCLE, History((), floors(), cycle=CYCLE_3))
    assert dates(found) == "2026-11-20 2026-11-23 2026-11-24"
    assert (found.basis, found.cycle_number) == (Basis.CYCLE, 3)


def test_a_delay_moves_both_dates_and_a_sample_for_the_old_day_counts_no_more() -> None:
    history = History(done("2026-11-21"), floors(), cycle=CYCLE_3)
    assert occurrence(PRE_CYCLE, history) is None
    delayed = history._replace(cycle=replace(CYCLE_3, planned_on=d("2026-12-07")))
    assert dates(owed(PRE_CYCLE, delayed)) == "2026-12-04 2026-12-07 2026-12-08"


def test_the_day_given_takes_the_place_of_the_day_planned() -> None:
    given = replace(CYCLE_3, given_on=d("2026-11-25"))
    assert owed(PRE_CYCLE, History((), floors(), cycle=given)).due_on == d("2026-11-25")


@pytest.mark.parametrize(("performed", "counts"), [("2026-11-19", False), ("2026-11-20", True)])
def test_a_result_counts_for_a_cycle_from_its_opening_day(performed: str, counts: bool) -> None:
    history = History(done(performed), floors(), cycle=CYCLE_3)
    assert (satisfying(PRE_CYCLE, history) is not None) is counts


# What has no anchor is said, never silent.


@pytest.mark.parametrize(
    ("rule", "reason"),
    [(PRE_CYCLE, NO_CYCLE), (YEARLY_FIXED, NO_BASELINE), (DAY_100, NO_BASELINE)],
    ids=["cycle", "every, fixed", "once, fixed"],
)
def test_without_its_anchor_a_screening_is_not_assessable(rule: Rule, reason: str) -> None:
    history = History(LAST, floors())
    found = owed(rule, history)
    assert (found.not_assessable, found.due_on) == (reason, None)
    assert words(state(rule, history, "2026-11-21")) == "NOT_ASSESSABLE"
    assert missed_intervals(rule, found, d("2030-01-01")) == 0


def test_an_early_recall_gives_a_date_even_where_the_anchor_is_missing() -> None:
    asked = EarlyRecall(until_on=d("2026-12-01"), asked_on=d("2026-11-20"))
    assert owed(PRE_CYCLE, History((), floors(), early_recall=asked)).due_on == d("2026-12-01")


# Fixed milestones.


@pytest.mark.parametrize(("performed", "counts"), [("2026-10-31", False), ("2026-11-01", True)])
def test_a_milestone_is_met_from_the_day_it_is_due_soon(performed: str, counts: bool) -> None:
    history = History(done(performed), floors(), baseline_on=d("2026-08-03"))
    assert (occurrence(DAY_100, history) is None) is counts


def test_a_visit_between_milestones_closes_none_unless_ticked() -> None:
    visit = Performed(d("2025-09-01"), 1)
    history = History((visit,), floors(), baseline_on=d("2025-01-31"))
    assert owed(YEARLY_FIXED, history).due_on == d("2026-01-31")
    ticked = history._replace(performed=(visit._replace(counts_early=True),))
    assert owed(YEARLY_FIXED, ticked).due_on == d("2027-01-31")


def test_one_visit_after_several_missed_milestones_closes_them_all() -> None:
    history = History(done("2027-03-01"), floors(), baseline_on=d("2024-01-31"))
    assert owed(YEARLY_FIXED, history).due_on == d("2028-01-31")


def test_a_fixed_rule_with_a_window_opens_before_each_milestone() -> None:
    rule = replace(YEARLY_FIXED, opens_after=Interval(11))
    history = History(done("2025-02-10"), floors(), baseline_on=d("2024-01-31"))
    assert dates(owed(rule, history)) == "2025-12-31 2026-01-31 2026-03-03"


# The grid.

ON_GRID = replace(VEGF, anchor_mode=AnchorMode.GRID)


def test_a_grid_without_a_base_starts_at_the_first_result() -> None:
    assert owed(ON_GRID, History((), IN_PHASE)).due_on == d("2026-11-10")
    found = owed(ON_GRID, History(done("2026-02-16", "2026-05-10"), floors()))
    assert (found.anchor_on, found.due_on) == (d("2026-02-16"), d("2026-08-16"))


def test_a_grid_from_a_month_s_end_is_not_clamped_twice() -> None:
    history = History(done("2026-02-28"), floors(), baseline_on=d("2025-11-30"))
    assert owed(ON_GRID, history).due_on == d("2026-05-30")


def test_an_early_extra_leaves_the_grid_alone() -> None:
    history = History(done("2026-05-16", "2026-06-10"), floors(), baseline_on=d("2026-02-16"))
    assert owed(ON_GRID, history).due_on == d("2026-08-16")


# Early recall.

ASKED = EarlyRecall(until_on=d("2026-10-05"), asked_on=d("2026-09-21"))


def test_an_early_recall_is_due_on_its_day_and_may_be_done_from_the_asking() -> None:
    found = owed(VEGF, History(LAST, floors(), early_recall=ASKED))
    assert dates(found) == "2026-09-21 2026-10-05 2026-10-20"
    assert found.basis is Basis.EARLY_RECALL


def test_an_early_recall_later_than_the_due_date_changes_nothing() -> None:
    late = replace(ASKED, until_on=d("2026-12-24"))
    with_it, without = History(LAST, floors(), early_recall=late), History(LAST, floors())
    assert owed(VEGF, with_it) == owed(VEGF, without)


@pytest.mark.parametrize(
    ("performed", "due"),
    [
        ("2026-09-20", "2026-10-05"),  # the day before the asking: still too early, still asked
        ("2026-09-21", "2026-12-21"),  # the day of the asking, a gap of 31 days
    ],
)
def test_a_result_on_or_after_the_asking_answers_whatever_the_gap(performed: str, due: str) -> None:
    history = History(done("2026-08-21", performed), floors(), early_recall=ASKED)
    assert owed(VEGF, history).due_on == d(due)


def test_after_the_answer_the_minimum_gap_counts_again() -> None:
    history = History(done("2026-08-21", "2026-09-21", "2026-10-01"), floors(), early_recall=ASKED)
    assert owed(VEGF, history).due_on == d("2026-12-21")


def test_a_screening_closed_for_good_is_owed_again_when_a_clinician_asks() -> None:
    asked = EarlyRecall(until_on=d("2027-01-10"), asked_on=d("2026-12-20"))
    history = History(done("2026-11-12"), IN_PHASE, early_recall=asked)
    assert owed(BASELINE_EXAM, history).due_on == d("2027-01-10")
    answered = history._replace(performed=done("2026-11-12", "2026-12-28"))
    assert occurrence(BASELINE_EXAM, answered) is None


def test_a_floor_holds_for_an_early_recall_too() -> None:
    history = History(LAST, floors(resumed="2026-10-20"), early_recall=ASKED)
    found = owed(VEGF, history)
    assert (found.due_on, found.first_due_on) == (d("2026-10-20"), d("2026-10-05"))


# Samples collected and not yet final.


@pytest.mark.parametrize(
    ("collected", "awaited"),
    [
        ("2026-10-01", False),  # 41 days: would not satisfy
        ("2026-10-02", True),  # 42 days: would
        ("2026-08-21", False),  # no younger than the last final result
        ("2026-03-01", False),  # older: waits for nothing
    ],
)
def test_a_sample_is_awaited_only_if_it_would_satisfy(collected: str, awaited: bool) -> None:
    found = owed(VEGF, History(LAST, floors(), collected=(Collected(d(collected)),)))
    assert (found.collected_on == d(collected)) is awaited
    assert found.due_on == d("2026-11-21")


def test_a_sample_for_an_early_recall_is_awaited_whatever_the_gap() -> None:
    sample = Collected(d("2026-09-28"))
    history = History(LAST, floors(), collected=(sample,), early_recall=ASKED)
    assert owed(VEGF, history).collected_on == sample.on
    answered = history._replace(performed=done("2026-08-21", "2026-09-22"))
    assert owed(VEGF, answered).collected_on is None


@pytest.mark.parametrize(
    ("sample", "rule", "expected"),
    [
        (Collected(d("2026-11-18")), VEGF, "2026-12-09"),
        (Collected(d("2026-11-18"), expected_on=d("2026-11-30")), VEGF, "2026-11-30"),
        (Collected(d("2026-11-18")), replace(VEGF, expected_days=None), "2026-12-09"),
        (Collected(d("2026-11-18")), replace(VEGF, expected_days=3), "2026-11-21"),
    ],
)
def test_every_awaited_result_has_a_day_on_which_it_is_missed(
    sample: Collected, rule: Rule, expected: str
) -> None:
    found = owed(rule, History(LAST, floors(), collected=(sample,)))
    assert found.result_expected_on == d(expected)


def test_of_two_samples_the_later_one_is_awaited() -> None:
    samples = (Collected(d("2026-11-25")), Collected(d("2026-11-18")))
    assert owed(VEGF, History(LAST, floors(), collected=samples)).collected_on == d("2026-11-25")


# Floors, postponing, order.


@pytest.mark.parametrize("name", ["phase_since", "version_adopted", "resumed", "returned"])
def test_nothing_is_due_before_the_latest_floor(name: str) -> None:
    found = owed(VEGF, History(LAST, floors(**{name: "2026-12-24"})))
    assert dates(found) == "2026-12-24 2026-12-24 2027-01-08"
    assert (found.basis, found.anchor_on) == (Basis.FLOOR, d("2026-08-21"))


def test_a_floor_between_opening_and_due_moves_only_the_opening() -> None:
    found = owed(NEURO, History(done("2026-05-20"), floors(resumed="2026-10-01")))
    assert dates(found) == "2026-10-01 2026-11-20 2026-11-21"
    assert (found.basis, found.first_due_on) == (Basis.RESULT, found.due_on)


def test_without_any_result_the_first_due_date_is_the_start_and_a_resume_moves_the_due_date() -> (
    None
):
    found = owed(VEGF, History((), floors("2026-03-01", resumed="2026-12-10")))
    assert (found.first_due_on, found.due_on) == (d("2026-03-01"), d("2026-12-10"))


def test_the_latest_floor_is_the_latest_of_all_five() -> None:
    days = [date(2026, 1, n) for n in range(1, 6)]
    for turn in range(5):
        assert Floors(*days[turn:], *days[:turn]).latest == days[-1]


def test_a_postponement_inside_the_grace_changes_nothing() -> None:
    until = d("2026-12-05")
    assert owed(VEGF, History(LAST, floors(), postponed_until=until)).overdue_from == d(
        "2026-12-06"
    )


def test_results_may_come_in_any_order_and_of_one_day() -> None:
    events = (
        Performed(d("2026-08-21"), 7),
        Performed(d("2026-02-01"), "b"),
        Performed(d("2026-02-01"), 3),
        Performed(d("2026-05-04")),
    )
    assert owed(VEGF, History(events, floors())) == owed(VEGF, History(events[::-1], floors()))


# A rule that contradicts itself is refused.


@pytest.mark.parametrize(
    ("change", "words_of_it"),
    [
        ({"opens_after": Interval(4)}, "later than it is due"),
        ({"opens_after": Interval(), "due_after": Interval()}, "longer than nothing"),
        ({"soon_days": -1}, "soon_days cannot be negative"),
        ({"grace_days": -1}, "grace_days cannot be negative"),
        ({"expected_days": -1}, "expected_days cannot be negative"),
        ({"kind": "once", "anchor_mode": "cycle"}, "cannot be anchored by cycle"),
        ({"kind": "sometimes"}, "sometimes"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(
    change: dict[str, object], words_of_it: str
) -> None:
    with pytest.raises(ValueError, match=words_of_it):
        replace(VEGF, **change)


def test_a_second_sample_of_a_day_that_has_its_result_is_not_awaited() -> None:
    without_gap = replace(VEGF, min_gap_days=0)
    history = History(LAST, floors(), collected=(Collected(LAST[0].on),))
    assert owed(without_gap, history).collected_on is None


@pytest.mark.parametrize(
    "history",
    [
        History(LAST, floors(), early_recall=EarlyRecall(d("2026-09-10"), d("2026-09-21"))),
        History(LAST, floors(), still_late=StillLate(d("2026-09-10"), LAST[0].on)),
    ],
    ids=["asked for by a day before the asking", "carried over without a floor"],
)
def test_a_screening_never_opens_after_it_is_due(history: History) -> None:
    assert dates(owed(VEGF, history)) == "2026-09-10 2026-09-10 2026-09-25"
