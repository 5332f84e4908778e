"""Truth tables of the rules on therapy."""

from __future__ import annotations

import pytest

from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.findings import Verdict
from pathways.rules.person_facts import Adverse, Cycle, Entry, Exposure, PersonFacts
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one, period


def cycle(
    planned: int,
    given: int | None = None,
    state: CycleState = CycleState.PLANNED,
    course: CourseState = CourseState.RUNNING,
) -> Cycle:
    day_1 = ago(given) if given is not None else None
    return Cycle(1, "Rd", course, 3, ago(planned), day_1, state)


@pytest.mark.parametrize(
    ("sentence", "made", "records", "verdict"),
    [
        ("day 1 is today, nothing on record", cycle(0), [], RAISE),
        (
            "day 1 was given yesterday, nothing on record",
            cycle(1, 1, CycleState.STARTED),
            [],
            RAISE,
        ),
        ("a record three days before day 1", cycle(0), [3], NOT_MET),
        ("a record four days before day 1", cycle(0), [4], RAISE),
        ("a record written down late", cycle(5, 5, CycleState.STARTED), [1], NOT_MET),
    ],
)
def test_the_record_before_the_cycle(
    sentence: str, made: Cycle, records: list[int], verdict: Verdict
) -> None:
    known = PersonFacts(today=DAY, cycles=(made,), records=tuple(ago(day) for day in records))
    assert one("pre-cycle-record-missing", known).verdict is verdict


@pytest.mark.parametrize(
    "made",
    [
        cycle(-1),
        cycle(0, state=CycleState.HELD),
        cycle(0, course=CourseState.ON_HOLD),
        cycle(0, course=CourseState.STOPPED),
    ],
    ids=["day 1 is tomorrow", "the cycle is held", "the course is held", "the course was stopped"],
)
def test_no_record_is_asked_for(made: Cycle) -> None:
    assert ask("pre-cycle-record-missing", PersonFacts(today=DAY, cycles=(made,))) == []


@pytest.mark.parametrize(("days", "verdict"), [(6, NOT_MET), (7, RAISE), (-3, NOT_MET)])
def test_a_cycle_not_started_seven_days_after_its_plan(days: int, verdict: Verdict) -> None:
    known = PersonFacts(today=DAY, cycles=(cycle(days),))
    assert one("cycle-not-started", known).verdict is verdict


def test_a_cycle_given_or_held_is_not_waited_for() -> None:
    for made in (cycle(9, 8, CycleState.STARTED), cycle(9, state=CycleState.HELD)):
        assert ask("cycle-not-started", PersonFacts(today=DAY, cycles=(made,))) == []


def adverse(grade: int, term: str = "fatigue", baseline: int | None = None) -> Adverse:
    return Adverse(1, term, term, grade, baseline, "5.0", period(10))


def drug(since: int | None, until: int | None = None, running: bool = True) -> Exposure:
    taken = period(since, until) if since is not None else None
    return Exposure(1, "bortezomib", "Bortezomib", ("imid",), True, taken, running)


@pytest.mark.parametrize(("grade", "verdict"), [(2, NOT_MET), (3, RAISE), (5, RAISE)])
def test_an_adverse_event_of_grade_3(grade: int, verdict: Verdict) -> None:
    assert (
        one("toxicity-grade", PersonFacts(today=DAY, adverse=(adverse(grade),))).verdict is verdict
    )


def test_an_adverse_event_that_is_over_is_not_looked_at() -> None:
    over = Adverse(1, "fatigue", "Fatigue", 4, None, "5.0", period(10, 1))
    assert ask("toxicity-grade", PersonFacts(today=DAY, adverse=(over,))) == []


@pytest.mark.parametrize(
    ("sentence", "event", "drugs", "verdict"),
    [
        ("grade 2 on the drug", adverse(2, "sensory-neuropathy"), [drug(30)], RAISE),
        ("grade 1 on the drug", adverse(1, "sensory-neuropathy"), [drug(30)], NOT_MET),
        ("grade 2 without a drug", adverse(2, "motor-neuropathy"), [], NOT_MET),
        ("grade 2 after the drug ended", adverse(2, "motor-neuropathy"), [drug(30, 1)], NOT_MET),
        ("grade 2 on its last day", adverse(2, "motor-neuropathy"), [drug(30, 0)], RAISE),
        ("grade 2 as before treatment", adverse(2, "motor-neuropathy", 2), [drug(30)], NOT_MET),
        ("one grade above before treatment", adverse(2, "motor-neuropathy", 1), [drug(30)], RAISE),
        ("another term", adverse(2, "fatigue"), [drug(30)], NOT_MET),
        ("the drug's days are not known", adverse(2, "sensory-neuropathy"), [drug(None)], CANNOT),
    ],
)
def test_neuropathy_of_grade_2_on_a_neurotoxic_drug(
    sentence: str, event: Adverse, drugs: list[Exposure], verdict: Verdict
) -> None:
    known = PersonFacts(today=DAY, adverse=(event,), exposures=tuple(drugs))
    assert one("neuropathy-on-neurotoxic-drug", known).verdict is verdict


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("thrombosis-prophylaxis-missing", EntryKind.THROMBOSIS_PROPHYLAXIS),
        ("zoster-prophylaxis-missing", EntryKind.ZOSTER_PROPHYLAXIS),
    ],
)
@pytest.mark.parametrize(
    ("sentence", "taken", "entry", "verdict"),
    [
        ("nothing on record", drug(10), None, RAISE),
        ("on record and open", drug(10), (5, None), NOT_MET),
        ("on record to this day", drug(10), (5, 0), NOT_MET),
        ("on record until yesterday", drug(10), (5, 1), RAISE),
        ("the drug begins tomorrow", drug(-1), None, NOT_MET),
        ("the drug ended yesterday", drug(10, 1), None, NOT_MET),
        ("the drug's days are not known", drug(None), None, CANNOT),
    ],
)
def test_prophylaxis_on_record(
    code: str,
    kind: EntryKind,
    sentence: str,
    taken: Exposure,
    entry: tuple[int, int | None] | None,
    verdict: Verdict,
) -> None:
    entries = (Entry(1, kind, "kept", period(*entry)),) if entry else ()
    known = PersonFacts(today=DAY, exposures=(taken,), entries=entries)
    assert one(code, known).verdict is verdict


def test_prophylaxis_of_another_kind_does_not_count() -> None:
    entries = (Entry(1, EntryKind.PJP_PROPHYLAXIS, "kept", period(5)),)
    known = PersonFacts(today=DAY, exposures=(drug(10),), entries=entries)
    assert one("thrombosis-prophylaxis-missing", known).verdict is RAISE


def test_a_course_on_hold_asks_for_no_prophylaxis() -> None:
    held = PersonFacts(today=DAY, exposures=(drug(10, running=False),))
    assert ask("zoster-prophylaxis-missing", held) == []
