"""The course chart as drawn: pieces that never touch, bounds, bands to scale, words on every point."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from pathways.charts import ink
from pathways.charts.course.data import (
    Band,
    Course,
    Dot,
    LaneMark,
    LogPanel,
    MarkKind,
    NextDue,
    Point,
    Score,
    Strip,
    Therapy,
)
from pathways.charts.course.drawing import course_svg
from pathways.charts.course.pieces import LeftOut, left_out, log_panel_of
from pathways.charts.course.sheet import NARROW, WIDE, Sheet
from pathways.charts.time_axis import Span, TimeAxis, time_axis
from pathways.rules.observations import Period, Reading

TODAY = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"


def plasma(ref: int, on: date, value: str, **more: Any) -> Reading:
    row = {
        "unit": "pg/mL",
        "specimen": "plasma",
        "lab": "Central Reference",
        "limit_high": Decimal(115),
    }
    return Reading(ref, "vegf", on, Decimal(value), **(row | more))


def serum(ref: int, on: date, value: str) -> Reading:
    return plasma(ref, on, value, specimen="serum", lab="Northgate lab", limit_high=Decimal(1000))


READINGS = [
    serum(1, date(2025, 2, 1), "4200"),
    serum(2, date(2025, 9, 2), "690"),
    plasma(3, date(2025, 11, 10), "118"),
    plasma(4, date(2026, 3, 10), "62"),
    plasma(5, date(2026, 11, 16), "131"),
]


def panel(*readings: Reading, **more: Any) -> tuple[LogPanel, tuple[LeftOut, ...]]:
    return log_panel_of("VEGF", "pg/mL", readings or READINGS, **more)


def course(vegf: LogPanel | None = None, **more: Any) -> Course:
    parts: dict[str, Any] = {
        "title": "Course of HADDAD, Amira",
        "today": TODAY,
        "therapy": Therapy(),
        "vegf": vegf or panel()[0],
        "clone": Strip("M-protein", (), ()),
        "scores": (),
        "marks": (),
    }
    return Course(**(parts | more))


def draw(drawn: Course, sheet: Sheet = WIDE, span: Span = Span.TWO_YEARS) -> ElementTree.Element:
    svg = course_svg(drawn, span, sheet)
    assert "style=" not in svg
    whole = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(whole)  # noqa: S314 (our own drawing)


def axis(sheet: Sheet = WIDE) -> TimeAxis:
    return time_axis(
        TODAY, Span.TWO_YEARS, None, left=sheet.left, right=sheet.right, narrow=sheet.narrow
    )


def having(root: ElementTree.Element, *classes: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if set(classes) <= set((each.get("class") or "").split())]


def places(line: ElementTree.Element) -> list[tuple[float, float]]:
    pairs = (line.get("points") or "").split()
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in pairs)]


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def test_a_change_of_specimen_and_laboratory_makes_two_lines_that_never_touch() -> None:
    root = draw(course())
    lines = [places(line) for line in having(root, "cc-line")]
    assert [len(line) for line in lines] == [3, 2]  # plasma, then serum
    newer, older = lines
    assert max(x for x, _ in older) < min(x for x, _ in newer)


def test_a_dotted_rule_stands_between_them_and_says_what_changed() -> None:
    (on, words), *none = panel()[0].breaks
    assert date(2025, 9, 2) < on < date(2025, 11, 10)
    assert (words, none) == ("specimen and laboratory changed:", [])
    root = draw(course())
    assert float(having(root, "cc-break")[0].get("x1") or 0) == axis().x(on)
    assert "not comparable across this line" in texts(root)


def test_a_series_that_comes_back_gets_no_second_rule() -> None:
    back = serum(9, date(2026, 6, 1), "700")
    vegf = panel(*READINGS, back)[0]
    assert len(vegf.breaks) == 1
    assert [len(piece.points) for piece in vegf.pieces] == [3, 3]


def test_the_half_above_the_lowest_begins_on_the_day_of_the_lowest() -> None:
    vegf = panel()[0]
    assert vegf.pieces[0].criterion == 93
    root = draw(course())
    newest, older = having(root, "cc-criterion")
    assert float(newest.get("x1") or 0) == axis().x(date(2026, 3, 10))
    assert float(newest.get("x2") or 0) == WIDE.right
    # The older series ends at the rule, and so does its line.
    assert float(older.get("x2") or 0) == axis().x(vegf.breaks[0][0])
    assert "lowest +50 % = 93" in texts(root)


def test_a_lowest_known_only_as_a_bound_has_no_half_above() -> None:
    bound = plasma(6, date(2026, 6, 1), "31", comparator="<")
    piece = panel(*READINGS, bound)[0].pieces[0]
    assert piece.lowest is not None
    assert (piece.lowest.shown, piece.criterion) == ("<31", None)


@pytest.mark.parametrize(("comparator", "down"), [("<", True), (">", False)])
def test_a_bound_is_an_open_mark_with_a_stem_in_the_unknown_direction(
    comparator: str, down: bool
) -> None:
    reading = plasma(6, date(2026, 6, 1), "70", comparator=comparator)
    root = draw(course(panel(*READINGS, reading)[0]))
    (stem,) = having(root, "cc-stem")
    assert (float(stem.get("y2") or 0) > float(stem.get("y1") or 0)) is down
    assert len(having(root, "cc-mark", "cc-open")) == 1
    x = axis().x(reading.on)
    assert all(x not in [place[0] for place in places(line)] for line in having(root, "cc-line"))


@pytest.mark.parametrize(
    ("ended_on", "unreadable"),
    [(date(2026, 10, 5), True), (date(2026, 10, 4), False)],  # 42 and 43 days before the sample
)
def test_within_six_weeks_of_bevacizumab_a_value_is_not_interpretable(
    ended_on: date, unreadable: bool
) -> None:
    given = [Period(date(2026, 9, 1), ended_on)]
    root = draw(course(panel(interfering=given)[0]))
    assert ("not interpretable" in texts(root)) is unreadable


def test_a_voided_value_is_struck_and_joined_to_nothing() -> None:
    void = plasma(7, date(2026, 5, 21), "410")
    root = draw(course(panel(voided=[void])[0]))
    assert "410 entered in error" in texts(root)
    assert [len(places(line)) for line in having(root, "cc-line")] == [3, 2]


def of_laboratories(*names: str) -> Course:
    """A value from each laboratory, the first one the newest."""
    readings = [
        plasma(ref, date(2026, 9 - ref, 1), "120", lab=name) for ref, name in enumerate(names)
    ]
    return course(panel(*readings)[0])


def test_three_series_are_drawn_each_in_a_look_of_its_own() -> None:
    root = draw(of_laboratories("A", "B", "C"))
    looks = [(each.get("class") or "").split()[1] for each in having(root, "cc-name")]
    assert looks == ["cc-s1", "cc-s2", "cc-s3"]
    assert having(root, "cc-more") == []


@pytest.mark.parametrize(("names", "number"), [("ABCD", 1), ("ABCDE", 2)])
@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_a_fourth_series_is_never_drawn_like_another_but_leads_to_the_table(
    names: str, number: int, sheet: Sheet
) -> None:
    root = draw(of_laboratories(*names), sheet)
    assert len(having(root, "cc-name")) == 3
    assert "Plasma, D" not in texts(root)
    (more,) = having(root, "cc-more")
    assert more.get("href") == "#course-values"
    assert "".join(more.itertext()) == f"{number} earlier series not drawn: see the table"


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_an_open_alert_stands_above_the_point_it_is_about(sheet: Sheet) -> None:
    root = draw(course(panel(alerts={5: "VEGF more than 50 % above its lowest"})[0]), sheet)
    (triangle,) = having(root, "cc-alert-open")
    (point,) = [each for each in having(root, "cc-point") if triangle in list(each)]
    words = "limit 115; open alert: VEGF more than 50 % above its lowest"
    assert (point.get("aria-label") or "").endswith(words)
    (circle,) = [each for each in point if each.tag == f"{SVG}circle"]
    x, y = float(circle.get("cx") or 0), float(circle.get("cy") or 0)
    assert (triangle.get("d") or "").startswith(f"M{x:g} {y - 22:g}")


def test_an_alert_about_a_value_entered_in_error_is_no_mark_on_it() -> None:
    void = plasma(7, date(2026, 5, 21), "410")
    assert having(draw(course(panel(voided=[void], alerts={7: "x"})[0])), "cc-alert-open") == []


def test_the_lowest_is_named_once_also_where_it_is_the_last_value() -> None:
    falling = [plasma(1, date(2026, 5, 1), "120"), plasma(2, date(2026, 9, 1), "60")]
    said = texts(draw(course(panel(*falling)[0])))
    assert said.count("60") == 1
    assert "lowest 60" not in said


DUE = NextDue(date(2027, 2, 16), ("VEGF due", "16 Feb 2027"), "VEGF: due 16 Feb 2027")


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_the_next_value_is_a_bar_on_its_day_after_today(sheet: Sheet) -> None:
    due = replace(DUE, on=date(2027, 1, 12))
    root = draw(course(panel(due=due)[0]), sheet)
    (bar,) = having(root, "cc-due")
    x = float(bar.get("x") or 0) + 2
    assert x == pytest.approx(axis(sheet).x(due.on), abs=0.1)
    assert axis(sheet).x(TODAY) < x < sheet.right
    assert {"VEGF due", "16 Feb 2027"} <= set(texts(root))


def covered(each: ElementTree.Element) -> ink.Box:
    x, y = float(each.get("x") or 0), float(each.get("y") or 0)
    return ink.box_of(x, y, "".join(each.itertext()), each.get("class") or "")


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
@pytest.mark.parametrize(
    "on",
    [
        date(2025, 9, 20),
        date(2025, 10, 20),
        date(2026, 6, 3),
        date(2026, 12, 20),
        date(2027, 2, 16),
    ],
)
def test_the_words_of_the_next_value_cover_no_others_and_not_the_day_itself(
    sheet: Sheet, on: date
) -> None:
    lines = ("overdue", "on that day")
    root = draw(course(panel(due=replace(DUE, on=on, lines=lines))[0]), sheet)
    written = list(root.iter(f"{SVG}text"))
    own = [covered(each) for each in written if "".join(each.itertext()) in lines]
    others = [covered(each) for each in written if "".join(each.itertext()) not in lines]
    today = axis(sheet).x(TODAY)
    assert len(own) == 2
    assert all(not box.meets(other) for box in own for other in others)
    assert all(box.right <= today or box.left >= today for box in own)
    assert all(box.right <= sheet.right + 1 for box in own)


def test_the_name_of_a_series_and_its_only_value_do_not_cover_one_another() -> None:
    root = draw(course(panel(plasma(1, date(2026, 3, 17), "65"))[0]))
    boxes = {"".join(each.itertext()): covered(each) for each in root.iter(f"{SVG}text")}
    assert not boxes["65"].meets(boxes["Plasma, Central Reference"])


@pytest.mark.parametrize("value", ["2000", "4200", "3000"])
def test_a_value_entered_in_error_says_so_beside_what_says_why_the_series_are_apart(
    value: str,
) -> None:
    readings = serum(1, date(2026, 2, 1), "4200"), plasma(2, date(2026, 7, 1), "62")
    void = plasma(7, date(2026, 6, 21), value)
    root = draw(course(panel(*readings, voided=[void])[0]), NARROW)
    boxes = {"".join(each.itertext()): covered(each) for each in root.iter(f"{SVG}text")}
    own = boxes[f"{value} entered in error"]
    assert not own.meets(boxes["not comparable across this line"])
    assert not own.meets(boxes["specimen and laboratory changed:"])


@pytest.mark.parametrize(
    ("on", "bars"),
    [(date(2027, 2, 23), 1), (date(2027, 2, 24), 0), (date(2024, 11, 22), 0)],
)
def test_a_day_off_the_paper_has_its_words_and_no_bar(on: date, bars: int) -> None:
    root = draw(course(panel(due=replace(DUE, on=on))[0]))
    assert len(having(root, "cc-due")) == bars
    assert "VEGF due" in texts(root)


@pytest.mark.parametrize("late", [True, False])
def test_only_what_is_overdue_is_marked_late_and_says_so(late: bool) -> None:
    due = NextDue(date(2026, 11, 20), ("overdue", "20 Nov"), "Neurological exam: overdue", late)
    days = (date(2025, 2, 1), date(2026, 5, 20))
    root = draw(course(scores=(replace(score(*days), due=due),)))
    assert len(having(root, "cc-due", "cc-late")) == late
    assert "overdue" in texts(root)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unit": ""}, "no unit was recorded"),
        ({"unit": "U/mL"}, "recorded in U/mL, for which no exact factor to pg/mL is known"),
        ({"value": None}, "no number was recorded"),
        ({"value": Decimal(0)}, "a log scale has no place for nought"),
        ({}, ""),
    ],
)
def test_what_no_axis_can_hold_is_named_with_its_reason(
    change: dict[str, Any], reason: str
) -> None:
    reading = plasma(8, date(2026, 1, 1), "740")._replace(**change)
    assert left_out(reading, "pg/mL") == reason
    vegf, out = panel(*READINGS, reading)
    assert [each.reason for each in out] == ([reason] if reason else [])
    drawn = [point.words for piece in vegf.pieces for point in piece.points]
    assert any("740" in words for words in drawn) is (not reason)


def test_every_point_says_what_specimen_unit_day_laboratory_and_limit() -> None:
    vegf = panel(href=lambda reading: f"/result/{reading.ref}/")[0]
    points = list(draw(course(vegf)).iter(f"{SVG}a"))
    said = "VEGF, plasma, 131 pg/mL, 16 Nov 2026, Central Reference, limit 115"
    (last,) = [each for each in points if each.get("href") == "/result/5/"]
    assert last.get("aria-label") == said
    assert len(points) == 5


def test_a_limit_that_changes_gets_a_line_of_its_own_from_that_day() -> None:
    later = plasma(6, date(2026, 11, 20), "90", limit_high=Decimal(96))
    limits = panel(*READINGS, later)[0].pieces[0].limits
    assert [(limit.value, limit.until_on) for limit in limits] == [
        (Decimal(115), date(2026, 11, 20)),
        (Decimal(96), None),
    ]


BAND = Band(date(2026, 5, 10), date(2026, 6, 7), "Len 10, cycle 6", "6")


def test_a_cycle_is_a_band_to_scale() -> None:
    root = draw(course(therapy=Therapy((BAND,))))
    (band,) = having(root, "cc-band")
    assert float(band.get("x") or 0) == pytest.approx(axis().x(BAND.from_on), abs=0.1)
    width = axis().x(BAND.until_on) - axis().x(BAND.from_on)
    assert float(band.get("width") or 0) == pytest.approx(width - 1, abs=0.2)


def test_a_delay_is_hatched_from_the_planned_to_the_given_day_and_counted() -> None:
    root = draw(course(therapy=Therapy((replace(BAND, delay=9),))))
    (hatch,) = having(root, "cc-delay")
    assert hatch.get("fill") == "url(#cc-hatch-wide)"
    planned = axis().x(BAND.from_on - timedelta(days=9))
    assert float(hatch.get("x") or 0) == pytest.approx(planned, abs=0.1)
    assert "+9 d" in texts(root)
    assert having(draw(course(therapy=Therapy((BAND,)))), "cc-delay") == []


@pytest.mark.parametrize(("until", "named"), [(-1, 0), (0, 1), (90, 1)])
def test_a_course_that_began_before_the_axis_is_named_at_its_edge_while_it_lasts(
    until: int, named: int
) -> None:
    begins = axis().start_on
    head = (begins - timedelta(days=200), begins + timedelta(days=until), "Rd")
    root = draw(course(therapy=Therapy(heads=(head,))))
    found = [each for each in having(root, "cc-strong") if "".join(each.itertext()) == "Rd"]
    assert len(found) == named
    assert [float(each.get("x") or 0) for each in found] == [axis().left + 2] * named


def test_a_planned_cycle_is_outlined() -> None:
    ahead = replace(BAND, from_on=TODAY, until_on=TODAY + timedelta(days=28), planned=True)
    assert len(having(draw(course(therapy=Therapy((ahead,)))), "cc-planned")) == 1


def test_a_transplant_is_one_heavy_line() -> None:
    day = (date(2025, 8, 12), "ASCT", "12 Aug")
    root = draw(course(therapy=Therapy(days=(day,))))
    (heavy,) = having(root, "cc-heavy")
    assert heavy.get("x1") == heavy.get("x2") == f"{axis().x(day[0]):g}"


def test_immunofixation_is_filled_open_or_said_to_be_missing() -> None:
    dots = tuple(
        Dot(date(2026, month, 1), positive, shown, shown)
        for month, positive, shown in ((1, True, "3.1"), (5, False, "nd"), (9, None, "0.4"))
    )
    root = draw(course(clone=Strip("M-protein", (), dots)))
    assert len(having(root, "cc-dot")) == 2
    assert len(having(root, "cc-dot", "cc-open")) == 1
    assert len(having(root, "cc-dash")) == 1
    assert {"3.1", "nd", "0.4"} <= set(texts(root))


def score(*days: date, change: Decimal | None = None) -> Score:
    points = tuple(
        Point(on, Decimal(7 - index), f"ONLS {7 - index}", shown=str(7 - index))
        for index, on in enumerate(days)
    )
    return Score(
        "ONLS", "0–12", "up is worse ↑", points, Decimal(2), Decimal(8), change, ("3 of 12",)
    )


@pytest.mark.parametrize(("apart", "lines"), [(365, 1), (366, 0)])
def test_no_line_is_drawn_through_a_missing_exam(apart: int, lines: int) -> None:
    first = date(2025, 2, 1)
    drawn = course(scores=(score(first, first + timedelta(days=apart)),), vegf=LogPanel("VEGF", ""))
    assert len(having(draw(drawn), "cc-line")) == lines


def test_a_score_says_which_way_is_worse_and_what_it_was_first_and_last() -> None:
    root = draw(course(scores=(score(date(2025, 2, 1), date(2026, 2, 1), date(2026, 5, 20)),)))
    assert {"ONLS", "up is worse ↑", "7", "5", "3 of 12", "8", "2"} <= set(texts(root))


def test_the_published_change_is_a_bar_only_where_one_exists() -> None:
    days = (date(2025, 2, 1), date(2026, 2, 1))
    assert having(draw(course(scores=(score(*days),))), "cc-change") == []
    (bar,) = having(draw(course(scores=(score(*days, change=Decimal(2)),))), "cc-change")
    # Two of six points: a third of the panel's height.
    assert float(bar.get("height") or 0) == pytest.approx((WIDE.score - 24) / 3, abs=0.1)


def test_each_mark_has_its_shape() -> None:
    marks = tuple(
        LaneMark(date(2026, 4 + place, 1), kind, kind.value) for place, kind in enumerate(MarkKind)
    )
    root = draw(course(marks=marks))
    for kind in MarkKind:
        assert len(having(root, f"cc-{kind.value}")) == 1


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_a_person_without_values_is_drawn_and_said_to_have_none(sheet: Sheet) -> None:
    root = draw(course(LogPanel("VEGF", "pg/mL")), sheet)
    assert texts(root).count("Not recorded in this span") == 2
    assert root.get("width") == str(sheet.width)


def test_names_of_people_and_places_are_escaped() -> None:
    evil = plasma(9, date(2026, 6, 1), "70", lab='<script>"&')
    svg = course_svg(course(panel(*READINGS, evil)[0]), Span.ALL, WIDE)
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_the_two_sheets_share_no_id() -> None:
    both = course_svg(course(), Span.ALL, WIDE) + course_svg(course(), Span.ALL, NARROW)
    ids = re.findall(r' id="([^"]+)"', both)
    assert len(ids) == len(set(ids)) == 2
