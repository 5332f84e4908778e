"""The history of one person: complete, filtered from its address, at a constant cost."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from pathways.models import CareEntry, Observation, Patient
from pathways.worklists.history import LINES_A_PAGE, History, HistoryFilters, history
from pathways.worklists.history_lanes import lanes_of
from pathways.worklists.timeline import Kind, Moment, lately
from tests import recorded
from tests.views.conftest import house
from tests.views.house import House

__all__ = ["house"]

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/London")


@pytest.fixture
def full(at: object, house: House) -> Patient:
    """A person with rows of every kind."""
    recorded.record_everything(house.patient, TODAY)
    return house.patient


@pytest.fixture(autouse=True)
def monday(at: object) -> None:
    """Monday 23 November 2026."""
    at("2026-11-23 09:00")  # type: ignore[operator]


def page(patient: Patient, *kinds: str, span: str = "", number: str = "1") -> History:
    return history(patient, TODAY, ZONE, HistoryFilters.read(kinds, span, number))


def sentences(found: History) -> list[str]:
    return [line.sentence for line in found.lines]


def test_every_kind_of_row_has_a_line(full: Patient) -> None:
    kinds = {line.kind for line in page(full).lines}
    assert kinds == set(Kind)


def test_no_line_stands_twice(full: Patient) -> None:
    said = Counter((line.when, line.sentence, line.struck) for line in page(full).lines)
    # Two reminders may be planned for one day; nothing else repeats.
    twice = [key for key, times in said.items() if times > 1 and "reminder" not in key[1]]
    assert twice == []


def test_the_newest_line_stands_first(full: Patient) -> None:
    lines = page(full).lines
    assert list(lines) == sorted(lines, key=lambda line: line.at, reverse=True)


def test_a_delayed_cycle_says_by_how_many_days_and_why(full: Patient) -> None:
    assert (
        "Len 10, cycle 3: day 1 given, 9 days after its first plan of 24 Mar: neutrophils. Completed"
        in sentences(page(full, "therapy"))
    )


def test_a_hold_says_from_when_to_when_and_why(full: Patient) -> None:
    (line,) = [line for line in page(full, "therapy").lines if "on hold" in line.sentence]
    assert (line.when, line.sentence) == ("7 Apr", "Len 10 on hold, to 15 Apr: neutrophils")


def test_the_totals_of_an_exam_stand_in_its_line_and_not_by_themselves(full: Patient) -> None:
    exams = sentences(page(full, "exams"))
    assert len(exams) == 3
    assert not any(" done" in said for said in exams)
    assert "ONLS, scored by a clinician 3" in exams[0]
    assert not any("ONLS" in said for said in sentences(page(full, "results")))


def test_a_correction_shows_the_old_value_struck_beside_the_new(full: Patient) -> None:
    old = Observation.objects.get(patient=full, code="vegf", value=131, specimen="plasma")
    Observation.objects.filter(pk=old.pk).update(sample_number="old")
    new = recorded.vegf(full, old.performed_on, "113")
    Observation.objects.filter(pk=old.pk).update(superseded_by=new)
    lines = [line for line in page(full, "results").lines if "113" in line.sentence]
    assert [(line.struck, "131" in line.sentence) for line in lines] == [
        ("VEGF, plasma: 131 pg/mL", False)
    ]


def test_a_sample_that_was_awaited_is_no_correction(full: Patient) -> None:
    waiting = recorded.vegf(full, TODAY - timedelta(days=3), "1", status="collected")
    Observation.objects.filter(pk=waiting.pk).update(sample_number="old", value=None)
    new = recorded.vegf(full, waiting.performed_on, "99")
    Observation.objects.filter(pk=waiting.pk).update(superseded_by=new)
    (line,) = [line for line in page(full, "results").lines if "99" in line.sentence]
    assert line.struck == ""


def test_a_record_entered_in_error_is_struck_and_says_by_whom_and_why(full: Patient) -> None:
    CareEntry.objects.filter(patient=full, kind="illness").update(
        withdrawn_at=recorded.noon(TODAY), withdrawn_by="marit", withdrawn_reason="another person"
    )
    (line,) = [line for line in page(full, "care").lines if line.struck]
    assert line.struck.startswith("Illness: Influenza A")
    assert line.sentence == "entered in error, marit: another person"


def test_only_the_chosen_kinds_are_shown_and_all_are_counted(full: Patient) -> None:
    found = page(full, "alerts", "check-ins")
    assert {line.kind for line in found.lines} == {Kind.ALERT, Kind.CHECK_IN}
    numbers = {choice.kind: choice.number for choice in found.choices}
    assert numbers[Kind.EXAM] == 3
    assert [choice.kind for choice in found.choices if choice.chosen] == [
        Kind.ALERT,
        Kind.CHECK_IN,
    ]


@pytest.mark.parametrize(("days", "shown"), [(184, True), (185, False)])
def test_a_span_of_six_months_begins_on_the_same_day_of_the_month(
    full: Patient, days: int, shown: bool
) -> None:
    # 23 May to 23 November 2026 is 184 days.
    recorded.observe(full, "tsh", TODAY - timedelta(days=days), "2.1", unit="mIU/L")
    assert any("TSH" in said for said in sentences(page(full, span="6-months"))) is shown


@pytest.mark.parametrize(
    ("kinds", "span", "number", "address"),
    [
        ([], "", "1", "?"),
        (["alerts", "nonsense", "results"], "", "1", "?kind=results&kind=alerts"),
        ([], "2-years", "3", "?span=2-years&page=3"),
        ([], "ages", "-4", "?"),
        ([], "", "²", "?"),
        ([], "", "0", "?"),
        (["alerts"], "", "all", "?kind=alerts&page=all"),
    ],
)
def test_an_address_is_read_and_written_alike(
    kinds: list[str], span: str, number: str, address: str
) -> None:
    assert HistoryFilters.read(kinds, span, number).address == address


def test_the_filters_are_said_in_words_for_paper() -> None:
    assert HistoryFilters.read([], "", "1").words == "Everything on record; all years"
    assert (
        HistoryFilters.read(["alerts", "results"], "6-months", "1").words
        == "Results, alerts; last 6 months"
    )


def test_pages_hold_a_hundred_lines_and_lead_on_and_back(full: Patient) -> None:
    for days in range(LINES_A_PAGE + 1):
        recorded.observe(full, "tsh", TODAY - timedelta(days=days), "2.1", unit="mIU/L")
    first = page(full, "results")
    assert (len(first.lines), first.previous_address) == (LINES_A_PAGE, "")
    assert first.next_address == "?kind=results&page=2"
    second = page(full, "results", number="2")
    assert (second.first, second.last, second.next_address) == (101, second.total, "")
    assert page(full, "results", number="99").lines == second.lines


def test_all_lines_stand_on_one_page_for_paper(full: Patient) -> None:
    assert page(full, "results").whole_address == ""
    for days in range(LINES_A_PAGE + 1):
        recorded.observe(full, "tsh", TODAY - timedelta(days=days), "2.1", unit="mIU/L")
    assert page(full, "results").whole_address == "?kind=results&page=all"
    whole = page(full, "results", number="all")
    assert len(whole.lines) == whole.total == whole.last > LINES_A_PAGE
    assert (whole.first, whole.previous_address, whole.next_address) == (1, "", "")
    assert whole.whole_address == ""


def test_planned_cycles_never_push_out_what_happened() -> None:
    day = recorded.noon(TODAY)

    def line(days: int) -> Moment:
        return Moment(Kind.THERAPY, day + timedelta(days=days), "", str(days), future=days > 0)

    lines = tuple(line(days) for days in range(20, -20, -1))
    assert [each.sentence for each in lately(lines)] == [str(n) for n in range(3, -10, -1)]


@pytest.mark.parametrize("rows", [5, 200])
def test_the_history_costs_the_same_whatever_its_length(
    full: Patient, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        on = TODAY - timedelta(days=number)
        recorded.observe(full, "tsh", on, "2.1", unit="mIU/L")
    for number in range(rows // 5):
        recorded.course(full, f"Rd {number}", TODAY - timedelta(days=number), cycles=1)
        recorded.alert(full, f"Alert {number}", TODAY - timedelta(days=number))
    with django_assert_max_num_queries(28):
        page(full)


def test_cycles_phases_and_toxicity_are_bars_and_results_are_ticks(full: Patient) -> None:
    lines = page(full).lines
    lanes = {lane.title: lane for lane in lanes_of(page(full).record, lines, TODAY, ZONE)}
    cycles = [bar for bar in lanes["Therapy"].bars if bar.words.startswith("Len 10")]
    assert [bar.label for bar in cycles] == ["1", "2", "3", "4"]
    assert lanes["Phases"].bars[0].label == "Active treatment"
    assert lanes["Toxicity"].bars
    assert lanes["Results"].bars == ()
    assert TODAY - timedelta(days=7) in lanes["Results"].days


def test_the_picture_holds_only_the_chosen_kinds(full: Patient) -> None:
    found = page(full, "results")
    assert ">Results</text>" in found.wide
    assert ">Therapy</text>" not in found.wide


def test_a_value_without_a_unit_says_so_in_its_line_and_where_it_was_corrected(
    house: House,
) -> None:
    on = date(2026, 6, 1)
    earlier = recorded.observe(house.patient, "vegf", on, "70", specimen="plasma")
    now = recorded.observe(
        house.patient, "vegf", on, "700", specimen="plasma", sample_number="a", lab="North"
    )
    earlier.superseded_by = now
    earlier.save()
    (line,) = [each for each in page(house.patient, "results").lines if each.when == "1 Jun"]
    assert line.sentence == "VEGF, plasma: 700 (no unit recorded). North"
    assert line.struck == "VEGF, plasma: 70 (no unit recorded)"
