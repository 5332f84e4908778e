"""Truth tables of the rules on the schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pathways.rules.due_status import DueFacts
from pathways.rules.findings import Verdict
from pathways.rules.lifecycles import AppointmentState, Phase, ResultStatus
from pathways.rules.person_facts import OnPathway, Owed, PersonFacts, Said, Sample, Visit
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one, reading


def owed(due: int, anchor: int | None = 150, **more: object) -> PersonFacts:
    due_on = ago(due)
    facts = DueFacts(
        soon_on=due_on - timedelta(days=14),
        opens_on=due_on - timedelta(days=14),
        due_on=due_on,
        overdue_from=due_on + timedelta(days=1),
        **more,  # type: ignore[arg-type]
    )
    anchor_on = ago(anchor) if anchor is not None else None
    return PersonFacts(today=DAY, owed=(Owed(7, "vegf", "VEGF", anchor_on, facts),))


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        ("half of a 100-day interval", owed(50), RAISE),
        ("a day less than half", owed(49, 149), NOT_MET),
        ("in time", owed(-1), NOT_MET),
        ("the interval is not known", owed(50, None), CANNOT),
        ("it has no dates", owed(50, not_assessable="No anchor."), CANNOT),
        ("postponed beyond today", owed(50, postponed_until=DAY + timedelta(days=1)), NOT_MET),
        ("on hold", owed(50, held_from=ago(1)), NOT_MET),
    ],
)
def test_overdue_by_a_share_of_its_interval(
    sentence: str, known: PersonFacts, verdict: Verdict
) -> None:
    assert one("overdue-by-share", known).verdict is verdict


def both(*known: PersonFacts) -> PersonFacts:
    """What is owed in each of these, of one person."""
    owed = [replace(facts.owed[0], ref=ref) for ref, facts in enumerate(known, start=1)]
    return PersonFacts(today=DAY, owed=tuple(owed))


def test_a_person_late_with_much_is_one_alert_that_names_it_all() -> None:
    found = one("overdue-by-share", both(owed(90, 190), owed(60, 160), owed(10, 160)))
    assert (found.words["days"], found.words["others"]) == ("90", "VEGF")


def test_it_rests_on_the_one_that_came_to_its_share_last() -> None:
    # Of two intervals of 100 days, the one due later came to its half later.
    assert one("overdue-by-share", both(owed(90, 190), owed(60, 160))).evidence == (
        f"screening:2:{ago(60)}",
    )
    # The older one is done: nothing new is known.
    alone = both(owed(-1), owed(60, 160))
    assert one("overdue-by-share", alone).evidence == (f"screening:2:{ago(60)}",)


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        ("expected yesterday", owed(10, collected_on=ago(5), result_expected_on=ago(1)), RAISE),
        ("expected today", owed(10, collected_on=ago(5), result_expected_on=DAY), NOT_MET),
        ("no day is expected", owed(10, collected_on=ago(5)), CANNOT),
        ("nothing was taken", owed(10), NOT_MET),
    ],
)
def test_a_result_past_its_day(sentence: str, known: PersonFacts, verdict: Verdict) -> None:
    assert one("result-overdue", known).verdict is verdict


def sample(status: ResultStatus, expected: int | None) -> Sample:
    expected_on = ago(expected) if expected is not None else None
    return Sample(3, "vegf", "VEGF", ago(40), status, expected_on)


@pytest.mark.parametrize(
    ("sentence", "made", "newer", "verdict"),
    [
        ("14 days after it was expected", sample(ResultStatus.COLLECTED, 14), None, RAISE),
        ("13 days after it was expected", sample(ResultStatus.COLLECTED, 13), None, NOT_MET),
        ("no day is expected", sample(ResultStatus.COLLECTED, None), None, CANNOT),
        ("refused", sample(ResultStatus.REJECTED, None), None, RAISE),
        ("lost", sample(ResultStatus.LOST, None), None, RAISE),
        ("refused, and taken again", sample(ResultStatus.REJECTED, None), 39, NOT_MET),
        ("refused, an older value stands", sample(ResultStatus.REJECTED, None), 41, RAISE),
    ],
)
def test_a_lost_sample(sentence: str, made: Sample, newer: int | None, verdict: Verdict) -> None:
    readings = (reading("80", newer),) if newer is not None else ()
    known = PersonFacts(today=DAY, samples=(made,), readings=readings)
    assert one("sample-lost", known).verdict is verdict


CAME, MISSED = AppointmentState.ATTENDED, AppointmentState.NOT_ATTENDED


@pytest.mark.parametrize(
    ("sentence", "states", "verdict"),
    [
        ("two in a row", [CAME, MISSED, MISSED], RAISE),
        ("one", [CAME, MISSED], NOT_MET),
        ("two with one attended between", [MISSED, CAME, MISSED], NOT_MET),
        ("they came since", [MISSED, MISSED, CAME], NOT_MET),
        ("a cancelled one does not count", [MISSED, AppointmentState.CANCELLED, MISSED], RAISE),
    ],
)
def test_two_visits_in_a_row_not_attended(
    sentence: str, states: list[AppointmentState], verdict: Verdict
) -> None:
    visits = tuple(Visit(place, ago(50 - place), state) for place, state in enumerate(states))
    assert one("visits-not-attended", PersonFacts(today=DAY, visits=visits)).verdict is verdict


def pathway(
    since: date | None, active: bool = True, planned: int = 3, reviews: tuple[date, ...] = ()
) -> PersonFacts:
    now = OnPathway(1, active, Phase.REMISSION if since else None, since, planned)
    return PersonFacts(today=DAY, pathway=now, reviews=reviews)


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        ("six months to the day", pathway(date(2026, 5, 20)), RAISE),
        ("a day before", pathway(date(2026, 5, 21)), NOT_MET),
        ("reviewed since", pathway(date(2026, 1, 1), reviews=(date(2026, 5, 21),)), NOT_MET),
        ("reviewed too long ago", pathway(date(2026, 1, 1), reviews=(date(2026, 5, 20),)), RAISE),
        ("on hold", pathway(date(2026, 1, 1), active=False), NOT_MET),
        ("no phase is recorded", pathway(None), CANNOT),
    ],
)
def test_a_phase_not_reviewed_for_six_months(
    sentence: str, known: PersonFacts, verdict: Verdict
) -> None:
    assert one("phase-not-reviewed", known).verdict is verdict


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        ("nothing is planned", pathway(DAY, planned=0), RAISE),
        ("one thing is planned", pathway(DAY, planned=1), NOT_MET),
        ("on hold", pathway(DAY, active=False, planned=0), NOT_MET),
    ],
)
def test_an_enrolment_with_nothing_planned(
    sentence: str, known: PersonFacts, verdict: Verdict
) -> None:
    assert one("nothing-planned", known).verdict is verdict


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        # Half of 101 days is 50.5: a day that has begun does not count.
        ("half of an odd interval, rounded up", owed(51, 152), RAISE),
        ("a day short of it", owed(50, 151), NOT_MET),
        ("due on the day of its anchor", owed(50, 50), CANNOT),
        ("an anchor after it was due", owed(50, 49), CANNOT),
        ("not overdue, its interval not known", owed(-1, None), NOT_MET),
        ("nothing is owed", PersonFacts(today=DAY), NOT_MET),
    ],
)
def test_the_share_is_of_whole_days_of_an_interval(
    sentence: str, known: PersonFacts, verdict: Verdict
) -> None:
    assert one("overdue-by-share", known).verdict is verdict


def test_why_the_first_cannot_be_told_is_said() -> None:
    known = both(owed(50, not_assessable="No cycle recorded"), owed(50, None))
    assert one("overdue-by-share", known).why == "No cycle recorded"
    known = both(owed(50, None), owed(50, not_assessable="No cycle recorded"))
    assert one("overdue-by-share", known).why == "The interval it is counted in is not known."


def test_a_row_without_dates_and_without_a_reason_is_said_to_have_none() -> None:
    nothing = DueFacts(soon_on=None, opens_on=None, due_on=None, overdue_from=None)
    known = PersonFacts(today=DAY, owed=(Owed(7, "vegf", "VEGF", ago(90), nothing),))
    assert one("overdue-by-share", known).why == "It has no dates."


def test_the_one_with_the_longer_interval_may_come_to_its_share_last_though_due_first() -> None:
    # Due 100 days ago, half of 180 days: 10 days ago. Due 70 days ago, half of 100: 20 days ago.
    found = one("overdue-by-share", both(owed(100, 280), owed(70, 170)))
    assert found.evidence == (f"screening:1:{ago(100)}",)


def test_of_two_due_on_one_day_the_older_row_is_named_first() -> None:
    older, newer = (owed(60, 160).owed[0] for _ in range(2))
    rows = (replace(newer, ref=9, label="IgA"), replace(older, ref=2))
    found = one("overdue-by-share", PersonFacts(today=DAY, owed=rows))
    assert (found.words["screening"], found.words["others"]) == ("VEGF", "IgA")


def test_one_that_is_late_is_raised_though_another_cannot_be_told() -> None:
    known = both(owed(50, None), owed(60, 160), owed(50, not_assessable="No cycle recorded"))
    found = one("overdue-by-share", known)
    assert (found.verdict, found.wording, found.words["others"]) == (RAISE, "reason", "")
    assert (found.words["days"], found.words["interval"]) == ("60", "100")


def test_of_two_that_came_to_their_share_on_one_day_the_newer_row_is_the_evidence() -> None:
    assert one("overdue-by-share", both(owed(60, 160), owed(60, 160))).evidence == (
        f"screening:2:{ago(60)}",
    )


def test_the_one_due_first_is_named_first() -> None:
    found = one("overdue-by-share", both(owed(60, 160), owed(90, 190)))
    assert (found.wording, found.words["days"]) == ("reason_together", "90")
    assert found.words["due_on"] == str(ago(90))


@pytest.mark.parametrize(
    ("sentence", "newer", "verdict"),
    [
        ("a value of that day", {"readings": (reading("80", 40),)}, RAISE),
        ("words the day after", {"said": (Said(1, "vegf", ago(39), "see letter"),)}, NOT_MET),
        ("words of another test", {"said": (Said(1, "spep", ago(39), "negative"),)}, RAISE),
        ("taken again the day after", {"status": ResultStatus.COLLECTED}, NOT_MET),
        ("lost again the day after", {"status": ResultStatus.LOST}, RAISE),
    ],
)
def test_a_lost_sample_is_replaced_by_what_was_taken_later(
    sentence: str, newer: dict[str, Any], verdict: Verdict
) -> None:
    lost = sample(ResultStatus.REJECTED, None)
    samples = [lost]
    if "status" in newer:
        again = replace(lost, ref=4, on=ago(39), status=newer.pop("status"), expected_on=DAY)
        samples.append(again)
    found = ask("sample-lost", PersonFacts(today=DAY, samples=tuple(samples), **newer))
    assert found[0].verdict is verdict


def test_the_newest_of_several_decides_whether_a_sample_was_replaced() -> None:
    values = (reading("80", 39), reading("80", 60))
    known = PersonFacts(today=DAY, samples=(sample(ResultStatus.LOST, None),), readings=values)
    assert one("sample-lost", known).verdict is NOT_MET


def test_a_lost_sample_is_told_in_words_of_its_own() -> None:
    gone = PersonFacts(today=DAY, samples=(sample(ResultStatus.LOST, 20),))
    late = PersonFacts(today=DAY, samples=(sample(ResultStatus.COLLECTED, 20),))
    assert one("sample-lost", gone).wording == "reason_gone"
    found = one("sample-lost", late)
    assert (found.wording, found.words["days"]) == ("reason", "20")


def test_visits_missed_rest_on_the_last_so_that_one_more_is_new_evidence() -> None:
    visits = [Visit(ref, ago(50 - ref), MISSED) for ref in (1, 2, 3)]
    visits.append(Visit(0, ago(60), CAME))
    for order in (visits, visits[::-1]):
        found = one("visits-not-attended", PersonFacts(today=DAY, visits=tuple(order)))
        assert found.evidence == ("visit:3", "visit:2")
        assert found.words["count"] == "3"
        assert (found.words["first_on"], found.words["last_on"]) == (str(ago(49)), str(ago(47)))


def test_of_two_visits_of_one_day_the_one_booked_last_is_the_last() -> None:
    visits = (Visit(3, ago(1), CAME), Visit(1, ago(1), MISSED), Visit(2, ago(1), MISSED))
    assert one("visits-not-attended", PersonFacts(today=DAY, visits=visits)).verdict is NOT_MET


def test_a_visit_that_stands_is_not_asked_about() -> None:
    booked = Visit(1, DAY, AppointmentState.BOOKED)
    assert ask("visits-not-attended", PersonFacts(today=DAY, visits=(booked,))) == []


def test_a_review_planned_for_later_is_none_yet() -> None:
    known = pathway(date(2026, 5, 20), reviews=(DAY + timedelta(days=1),))
    assert one("phase-not-reviewed", known).verdict is RAISE
    assert one("phase-not-reviewed", pathway(date(2026, 5, 20), reviews=(DAY,))).verdict is NOT_MET


def test_a_phase_reviewed_again_is_new_evidence_when_that_is_long_ago() -> None:
    found = one("phase-not-reviewed", pathway(date(2026, 1, 1), reviews=(date(2026, 5, 1),)))
    assert found.evidence == ("enrolment:1:2026-05-01",)
    assert found.words["phase_since"] == "2026-01-01"


def test_nobody_off_the_pathway_is_asked_about() -> None:
    for code in ("phase-not-reviewed", "nothing-planned"):
        assert ask(code, PersonFacts(today=DAY)) == []


def test_nothing_planned_says_since_when_or_that_nobody_knows() -> None:
    assert one("nothing-planned", pathway(DAY, planned=0)).words["phase_since"] == str(DAY)
    assert one("nothing-planned", pathway(None, planned=0)).words["phase_since"] == "an unknown day"
