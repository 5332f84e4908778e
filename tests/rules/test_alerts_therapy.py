"""Truth tables of the rules on therapy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pathways.rules.course_states import CourseState, CycleState, EntryKind
from pathways.rules.findings import Finding, Verdict
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
        ("a record of today", cycle(5, 5, CycleState.STARTED), [0], NOT_MET),
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


def numbered(number: int, planned: int, course: int = 1, given: int | None = None) -> Cycle:
    state = CycleState.PLANNED if given is None else CycleState.STARTED
    day_1 = ago(given) if given is not None else None
    label = f"Course {course}"
    return Cycle(course, label, CourseState.RUNNING, number, ago(planned), day_1, state)


def test_each_course_is_asked_for_the_record_of_its_newest_cycle_whose_day_1_has_come() -> None:
    made = (numbered(3, -1), numbered(2, 0), numbered(1, 28, given=28), numbered(5, 7, 2, given=7))
    for cycles in (made, made[::-1]):
        found = ask("pre-cycle-record-missing", PersonFacts(today=DAY, cycles=cycles))
        told = {each.words["course"]: each.evidence for each in found}
        assert told == {
            "Course 1": ("course:1", "cycle:2"),
            "Course 2": ("course:2", "cycle:5"),
        }


def test_each_course_waits_for_the_first_cycle_that_was_not_given() -> None:
    made = (numbered(3, 8), numbered(2, 36), numbered(1, 64, given=64), numbered(1, 9, 2))
    for cycles in (made, made[::-1]):
        found = ask("cycle-not-started", PersonFacts(today=DAY, cycles=cycles))
        told = {each.words["course"]: (each.words["cycle"], each.words["days"]) for each in found}
        assert told == {"Course 1": ("2", "36"), "Course 2": ("1", "9")}


@pytest.mark.parametrize(
    ("course", "waits"),
    [
        (CourseState.PLANNED, True),
        (CourseState.RUNNING, True),
        (CourseState.ON_HOLD, False),
        (CourseState.COMPLETED, False),
        (CourseState.STOPPED, False),
    ],
)
def test_only_a_course_that_goes_on_is_waited_for(course: CourseState, waits: bool) -> None:
    known = PersonFacts(today=DAY, cycles=(cycle(9, course=course),))
    for code in ("cycle-not-started", "pre-cycle-record-missing"):
        assert bool(ask(code, known)) is waits


def test_a_cycle_moved_is_new_evidence() -> None:
    def found(planned: int) -> Finding:
        return one("cycle-not-started", PersonFacts(today=DAY, cycles=(cycle(planned),)))

    assert found(8).subject == found(7).subject
    assert found(8).evidence != found(7).evidence


def test_a_record_written_after_today_is_none_yet() -> None:
    known = PersonFacts(today=DAY, cycles=(cycle(0),), records=(ago(-1),))
    assert one("pre-cycle-record-missing", known).verdict is RAISE


def test_a_graded_event_is_told_with_its_list_and_the_grade_before() -> None:
    plain = one("toxicity-grade", PersonFacts(today=DAY, adverse=(adverse(3),)))
    assert (plain.words["grade"], plain.words["list"]) == ("3", "5.0")
    assert plain.words["began_on"] == str(ago(10))
    drugs = (drug(30), replace(drug(40), drug="thalidomide", label="A thalidomide"), drug(20))
    for baseline, words in ((None, "not recorded"), (0, "0"), (1, "1")):
        event = adverse(2, "sensory-neuropathy", baseline)
        known = PersonFacts(today=DAY, adverse=(event,), exposures=drugs)
        found = one("neuropathy-on-neurotoxic-drug", known)
        assert found.words["baseline"] == words
        assert found.words["drugs"] == "A thalidomide, Bortezomib"


@pytest.mark.parametrize(
    ("sentence", "other", "verdict"),
    [
        ("not neurotoxic", replace(drug(30), neurotoxic=False), NOT_MET),
        ("never begun, the course over", drug(None, running=False), NOT_MET),
        ("its days not known, not neurotoxic", replace(drug(None), neurotoxic=False), NOT_MET),
    ],
)
def test_another_drug_says_nothing_of_a_neuropathy(
    sentence: str, other: Exposure, verdict: Verdict
) -> None:
    event = adverse(2, "sensory-neuropathy")
    known = PersonFacts(today=DAY, adverse=(event,), exposures=(other,))
    assert one("neuropathy-on-neurotoxic-drug", known).verdict is verdict


def test_a_drug_whose_days_are_known_is_told_beside_one_whose_days_are_not() -> None:
    event = adverse(2, "sensory-neuropathy")
    known = PersonFacts(today=DAY, adverse=(event,), exposures=(drug(None), drug(30)))
    assert one("neuropathy-on-neurotoxic-drug", known).verdict is RAISE


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("thrombosis-prophylaxis-missing", replace(drug(10), classes=("alkylator",))),
        ("zoster-prophylaxis-missing", replace(drug(10), drug="carfilzomib")),
    ],
)
def test_a_drug_of_another_kind_asks_for_no_prophylaxis(code: str, other: Exposure) -> None:
    assert ask(code, PersonFacts(today=DAY, exposures=(other,))) == []


@pytest.mark.parametrize(
    ("before", "since"),
    [
        ((30, 11), 30),  # changed, without a day between
        ((30, 12), 10),  # a hold lies between
        (None, 10),
    ],
)
def test_since_is_the_first_day_without_a_gap_whatever_the_dose_became(
    before: tuple[int, int] | None, since: int
) -> None:
    earlier = (drug(*before),) if before else ()
    known = PersonFacts(today=DAY, exposures=(*earlier, drug(10)))
    (found,) = [
        each for each in ask("thrombosis-prophylaxis-missing", known) if each.verdict is RAISE
    ]
    assert found.words["since"] == str(ago(since))
