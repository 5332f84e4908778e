"""The course of a person from the rows: bands, marks, clone, table, and what cannot be drawn."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from pathways.charts.course.data import Course, MarkKind
from pathways.charts.time_axis import Span
from pathways.models import Clinic, Observation, PathwayVersion, Patient, Screening
from pathways.worklists.course import CourseView, course_of, course_view, read_span
from pathways.worklists.patient_page import patient_page
from pathways.worklists.person_record import person_record
from tests import people, recorded

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/London")


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return people.make_patient(clinic)


def address(pk: int) -> str:
    return f"/results/{pk}/"


def course(patient: Patient) -> Course:
    return course_of(person_record(patient), TODAY, ZONE, address)[0]


def view(patient: Patient) -> CourseView:
    return course_view(person_record(patient), TODAY, ZONE, Span.ALL, address)


def test_only_the_cycle_that_waited_is_hatched_and_the_next_ones_move_along(
    patient: Patient,
) -> None:
    given = recorded.course(patient, "Rd", date(2026, 3, 2), cycles=4)
    for cycle in given.cycles.filter(number__gte=2):
        cycle.given_on = cycle.first_planned_on + timedelta(days=7)
        cycle.save()
    bands = course(patient).therapy.bands
    assert [(band.number, band.delay) for band in bands] == [
        ("1", 0),
        ("2", 7),
        ("3", 0),
        ("4", 0),
    ]
    assert bands[0].until_on == date(2026, 3, 30)  # 28 days, not up to the late next one
    assert "7 days later than planned" in bands[1].words


def test_a_course_taken_back_is_not_drawn(patient: Patient) -> None:
    recorded.course(patient, "Rd", date(2026, 3, 2), state="entered in error")
    assert course(patient).therapy.bands == ()


def test_a_course_without_cycles_is_one_band_up_to_today(patient: Patient) -> None:
    recorded.course(patient, "Lenalidomide", date(2026, 3, 2), cycles=0)
    (band,) = course(patient).therapy.bands
    assert (band.from_on, band.until_on, band.number) == (date(2026, 3, 2), TODAY, "")


def test_marks_tell_open_from_answered(patient: Patient) -> None:
    recorded.alert(patient, "One", date(2026, 5, 1))
    recorded.alert(
        patient,
        "Two",
        date(2026, 6, 1),
        state="resolved",
        outcome="contacted the patient",
        resolved_at=recorded.noon(date(2026, 6, 2)),
        resolved_by="marit",
    )
    recorded.alert(patient, "Three", date(2026, 7, 1), state="entered in error")
    marks = course(patient).marks
    assert [mark.kind for mark in marks] == [MarkKind.ALERT_OPEN, MarkKind.ALERT_ANSWERED]


def test_an_open_alert_marks_its_value_and_an_answered_one_does_not(patient: Patient) -> None:
    answered = recorded.vegf(patient, date(2026, 5, 1), "120")
    asked = recorded.vegf(patient, date(2026, 11, 16), "131")
    band = recorded.observe(patient, "immunofixation-serum", date(2026, 11, 16), None)
    recorded.examined(patient, date(2026, 11, 16), onls="5")
    total = Observation.objects.get(code="onls")
    done = {
        "state": "resolved",
        "outcome": "contacted the patient",
        "resolved_at": recorded.noon(TODAY),
        "resolved_by": "marit",
    }
    recorded.alert(patient, "Answered", date(2026, 5, 2), observation=answered, **done)
    for row in (asked, band, total):
        recorded.alert(patient, f"About {row.code}", date(2026, 11, 17), observation=row)
    drawn = course(patient)
    (vegf,) = drawn.vegf.pieces
    assert [point.alert for point in vegf.points] == ["", "About vegf"]
    assert vegf.points[1].words.endswith("; open alert: About vegf")
    assert [dot.alert for dot in drawn.clone.dots] == ["About immunofixation-serum"]
    assert drawn.scores[0].points[0].alert == "About onls"


@pytest.mark.parametrize(
    ("day", "lines", "late"),
    [(0, ("exam due", "23 Nov"), False), (1, ("overdue", "23 Nov"), True)],
)
def test_the_next_exam_stands_in_the_first_score_and_is_late_only_when_overdue(
    clinic: Clinic,
    pathway_version: PathwayVersion,
    patient: Patient,
    day: int,
    lines: tuple[str, str],
    late: bool,
) -> None:
    people.enrol(patient, pathway_version)
    recorded.examined(patient, date(2026, 5, 20), onls="3", i_rods="61")
    on = TODAY + timedelta(days=day)
    Screening.objects.filter(patient=patient, code="neuro-exam").update(
        opens_on=date(2026, 8, 20), due_on=TODAY, overdue_from=TODAY + timedelta(days=1)
    )
    page = patient_page(patient, clinic, on, alerts=(), span=Span.ALL, source=address)
    drawn = course_of(person_record(patient), on, ZONE, address, page.rows)[0]
    first, second = drawn.scores
    assert first.due is not None
    assert (first.due.on, first.due.lines, first.due.late) == (TODAY, lines, late)
    assert second.due is None
    assert drawn.vegf.due is not None


@pytest.mark.parametrize("held", [True, False])
def test_what_is_postponed_promises_no_day(
    clinic: Clinic, pathway_version: PathwayVersion, patient: Patient, held: bool
) -> None:
    people.enrol(patient, pathway_version)
    Screening.objects.filter(patient=patient, code="vegf").update(
        due_on=TODAY + timedelta(days=30),
        overdue_from=TODAY + timedelta(days=31),
        postponed_until=TODAY + timedelta(days=60) if held else None,
    )
    page = patient_page(patient, clinic, TODAY, alerts=(), span=Span.ALL, source=address)
    drawn = course_of(person_record(patient), TODAY, ZONE, address, page.rows)[0]
    assert (drawn.vegf.due is None) is held


def test_a_value_without_a_unit_is_listed_under_the_chart_and_in_the_table(
    patient: Patient,
) -> None:
    recorded.observe(patient, "vegf", date(2026, 2, 1), "740", specimen="plasma")
    found = view(patient)
    said = "VEGF, plasma, 740 (no unit recorded), 1 Feb 2026"
    assert found.left_out == (f"{said}: not drawn, no unit was recorded",)
    assert "cc-mark" not in found.wide
    assert f'aria-label="{said}: no unit was recorded"' in found.wide
    assert ">740*</text>" in found.wide
    assert ">* on no axis</text>" in found.wide
    assert "Not recorded in this span" not in found.wide.split(">M-protein<")[0]
    (row,) = found.table
    assert (row.value, row.unit) == ("740", "no unit recorded")


def test_vegf_without_a_specimen_is_no_point_of_any_series(patient: Patient) -> None:
    for month in (1, 2):
        recorded.vegf(patient, date(2026, month, 1), f"{700 * month}", specimen="")
    found = view(patient)
    assert "cc-mark" not in found.wide
    assert ">700*</text>" in found.wide
    assert found.left_out[0] == (
        "VEGF, 700 pg/mL, 1 Jan 2026, Central Reference, limit 115: not drawn, "
        "no specimen was recorded"
    )
    assert {row.label for row in found.table} == {"VEGF, specimen not recorded"}


def test_amounts_of_the_clone_without_a_unit_say_so_wherever_they_stand(patient: Patient) -> None:
    recorded.observe(patient, "spep", date(2026, 1, 1), "1.2", unit="g/L", specimen="serum")
    for on, value, sign in ((date(2026, 3, 1), "0.2", ""), (date(2026, 7, 1), "0.05", "<")):
        recorded.observe(patient, "spep", on, value, comparator=sign, specimen="serum")
    strip = course(patient).clone
    assert strip.lines == ("g/L; ● IFE + ○ −", "* no unit recorded")
    assert [dot.shown for dot in strip.dots] == ["1.2", "0.2*", "<0.05*"]
    assert strip.dots[1].words == "M-protein, 1 Mar 2026, 0.2 (no unit recorded)"
    assert strip.last == ("<0.05", "no unit recorded", "IFE not recorded")
    table = [(row.value, row.unit) for row in view(patient).table]
    assert table == [("<0.05", "no unit recorded"), ("0.2", "no unit recorded"), ("1.2", "g/L")]


def test_a_strip_whose_amounts_all_have_its_unit_explains_no_star(patient: Patient) -> None:
    recorded.observe(patient, "spep", date(2026, 1, 1), "1.2", unit="g/L", specimen="serum")
    strip = course(patient).clone
    assert (strip.lines, strip.last[0]) == (("g/L; ● IFE + ○ −",), "1.2 g/L")


def test_a_grip_without_a_unit_stands_on_no_scale_of_kilopascals(patient: Patient) -> None:
    recorded.observe(patient, "grip-kpa-right", date(2026, 1, 1), "62", unit="kPa")
    recorded.observe(patient, "grip-kpa-right", date(2026, 6, 1), "9")
    (score,) = course(patient).scores
    assert [point.shown for point in score.points] == ["62"]


def test_the_table_holds_every_value_newest_first_with_its_result(patient: Patient) -> None:
    old = recorded.vegf(patient, date(2026, 3, 10), "62")
    new = recorded.vegf(patient, date(2026, 11, 16), "131")
    recorded.examined(patient, date(2026, 5, 20), onls="3")
    table = view(patient).table
    assert [row.address for row in table][::2] == [address(new.pk), address(old.pk)]
    assert [row.value for row in table] == ["131", "3", "62"]
    assert "Central Reference" in table[0].source
    assert address(new.pk) in view(patient).wide


def test_a_corrected_value_is_drawn_once_and_as_it_stands(patient: Patient) -> None:
    old = recorded.vegf(patient, date(2026, 11, 16), "1310", sample_number="a")
    new = recorded.vegf(patient, date(2026, 11, 16), "131")
    Observation.objects.filter(pk=old.pk).update(superseded_by=new)
    (piece,) = course(patient).vegf.pieces
    assert [point.shown for point in piece.points] == ["131"]


def test_a_bound_keeps_its_sign_beside_the_strip_of_the_clone(patient: Patient) -> None:
    recorded.observe(patient, "spep", TODAY, "0.5", comparator="<", value_text="0.5", unit="g/L")
    assert course(patient).clone.last[0] == "<0.5 g/L"


def test_immunofixation_positive_in_urine_alone_is_positive(patient: Patient) -> None:
    on = date(2026, 5, 1)
    recorded.observe(patient, "immunofixation-serum", on, None, value_text="negative")
    recorded.observe(patient, "immunofixation-urine", on, None, value_text="lambda")
    (dot,) = course(patient).clone.dots
    assert dot.positive is True


@pytest.mark.parametrize(
    ("found", "last"),
    [
        ({"serum": "negative"}, "IFE − in serum"),
        ({"urine": "lambda"}, "IFE + in urine"),
        ({"serum": "negative", "urine": "negative"}, "IFE negative"),
        ({"serum": "see report"}, "IFE not recorded"),
    ],
)
def test_the_last_report_names_the_one_specimen_that_was_looked_at(
    patient: Patient, found: dict[str, str], last: str
) -> None:
    for specimen, said in found.items():
        recorded.observe(patient, f"immunofixation-{specimen}", TODAY, None, value_text=said)
    assert course(patient).clone.last[1] == last


def test_words_nobody_knows_are_neither_positive_nor_negative(patient: Patient) -> None:
    recorded.observe(
        patient, "immunofixation-serum", date(2026, 5, 1), None, value_text="see report"
    )
    (dot,) = course(patient).clone.dots
    assert dot.positive is None


def test_the_published_change_stands_beside_i_rods_and_not_beside_onls(patient: Patient) -> None:
    recorded.examined(patient, date(2026, 5, 20), onls="3", i_rods="61")
    onls, rods = course(patient).scores
    assert (onls.change, rods.change) == (None, 4)
    assert (onls.worse, rods.worse) == ("up is worse ↑", "down is worse ↓")


def test_no_exam_since_is_said_once(patient: Patient) -> None:
    recorded.examined(patient, date(2026, 5, 20), onls="3", i_rods="61")
    assert [score.silence for score in course(patient).scores] == ["", "no exam since 20 May"]


@pytest.mark.parametrize(
    ("word", "span"),
    [("6-months", Span.SIX_MONTHS), ("all", Span.ALL), ("", Span.TWO_YEARS), ("x", Span.TWO_YEARS)],
)
def test_the_span_stands_in_the_address(word: str, span: Span) -> None:
    assert read_span(word) is span


@pytest.mark.parametrize("rows", [5, 200])
def test_the_overview_costs_the_same_whatever_the_history(
    clinic: Clinic,
    pathway_version: PathwayVersion,
    patient: Patient,
    rows: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    people.enrol(patient, pathway_version)
    for number in range(rows):
        recorded.vegf(patient, TODAY - timedelta(days=number), "70")
    for number in range(rows // 10):
        recorded.course(patient, f"Rd {number}", TODAY - timedelta(days=100 + number), cycles=2)
    with django_assert_max_num_queries(45):
        patient_page(patient, clinic, TODAY, alerts=(), span=Span.ALL, source=address)
