"""The drawings of the component page, of the invented person whom the other samples tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.safestring import SafeString

from pathways.charts import alert_series
from pathways.charts.course.data import (
    Band,
    Course,
    Dot,
    LaneMark,
    MarkKind,
    NextDue,
    Point,
    Score,
    Strip,
    Therapy,
)
from pathways.charts.course.drawing import course_svg
from pathways.charts.course.pieces import log_panel_of
from pathways.charts.course.sheet import WIDE
from pathways.charts.cycle_bars import CycleBar, cycle_bars
from pathways.charts.lanes import PAPER, Bar, Lane, lanes_svg
from pathways.charts.time_axis import Span
from pathways.rules.observations import Reading

_VALUES = (
    ("serum", "Northgate", date(2025, 1, 14), "4100", 1000),
    ("serum", "Northgate", date(2025, 5, 6), "2160", 1000),
    ("serum", "Northgate", date(2025, 9, 2), "690", 1000),
    ("plasma", "Central Reference", date(2025, 11, 10), "118", 115),
    ("plasma", "Central Reference", date(2026, 3, 10), "62", 115),
    ("plasma", "Central Reference", date(2026, 11, 16), "131", 115),
)
_SCORES = ((date(2025, 1, 20), 7), (date(2025, 8, 1), 5), (date(2026, 5, 20), 3))
_BEGAN = date(2026, 1, 6)
_WAITED = 9
_ALERT = "VEGF more than 50 % above its lowest"


def _readings() -> list[Reading]:
    return [
        Reading(
            ref,
            "vegf",
            on,
            Decimal(value),
            unit="pg/mL",
            specimen=specimen,
            lab=lab,
            limit_high=Decimal(limit),
        )
        for ref, (specimen, lab, on, value, limit) in enumerate(_VALUES)
    ]


def _bands() -> tuple[Band, ...]:
    """Four cycles of 28 days, the third of them late."""
    days = [
        _BEGAN + timedelta(days=28 * number + (_WAITED if number > 1 else 0)) for number in range(4)
    ]
    return tuple(
        Band(
            day,
            day + timedelta(days=28),
            f"Len, cycle {number}",
            str(number),
            delay=_WAITED if number == 3 else 0,
        )
        for number, day in enumerate(days, 1)
    )


def course(today: date, theme: str) -> SafeString:
    """Return the course chart with each of its signs once; `theme` keeps its ids apart."""
    due = NextDue(date(2027, 1, 12), ("VEGF due", "12 Jan 2027"), "VEGF: due 12 Jan 2027")
    late = NextDue(
        date(2026, 11, 20), ("overdue", "20 Nov"), "Neurological exam: overdue", late=True
    )
    readings = _readings()
    vegf, _ = log_panel_of("VEGF", "pg/mL", readings, alerts={readings[-1].ref: _ALERT}, due=due)
    onls = Score(
        "ONLS",
        "0–12",
        "up is worse ↑",
        tuple(
            Point(on, Decimal(total), f"ONLS {total}", shown=str(total)) for on, total in _SCORES
        ),
        Decimal(2),
        Decimal(8),
        Decimal(1),
        ("3 of 12", "4 lower", "than Jan 2025"),
        silence="no exam since 20 May",
        due=late,
    )
    clone = tuple(
        Dot(on, found, shown, f"M-protein {shown}")
        for on, found, shown in (
            (date(2025, 1, 14), True, "3.1"),
            (date(2025, 9, 2), None, "0.6"),
            (date(2026, 11, 16), False, "nd"),
        )
    )
    marks = (
        LaneMark(date(2026, 4, 2), MarkKind.ALERT_ANSWERED, "answered alert"),
        LaneMark(date(2026, 8, 12), MarkKind.CHECK_IN, "check-in"),
        LaneMark(date(2026, 9, 28), MarkKind.ILLNESS, "illness", "", date(2026, 10, 14)),
        LaneMark(date(2026, 11, 16), MarkKind.ALERT_OPEN, "open alert"),
    )
    drawn = Course(
        title="Course of HADDAD, Amira",
        today=today,
        therapy=Therapy(
            _bands(),
            ((_BEGAN, _bands()[-1].until_on, "Len"),),
            ((date(2025, 8, 12), "ASCT", "12 Aug"),),
        ),
        vegf=vegf,
        clone=Strip("M-protein", ("g/L; ● IFE + ○ −",), clone, ("not detected", "IFE negative")),
        scores=(onls,),
        marks=marks,
    )
    return course_svg(drawn, Span.TWO_YEARS, replace(WIDE, name=f"{theme}-sample"))


def lanes(today: date, theme: str) -> SafeString:
    """Return the lanes of a history: bars, what is planned, and ticks."""
    given = tuple(Bar(each.from_on, each.until_on, each.words, each.number) for each in _bands())
    ahead = Bar(date(2026, 12, 1), date(2026, 12, 29), "Len, cycle 5, planned", "5", planned=True)
    phase = Bar(date(2026, 8, 12), today, "Remission", "Remission")
    found = tuple(on for _, _, on, _, _ in _VALUES)
    rows = (Lane("Results", days=found), Lane("Therapy", (*given, ahead)), Lane("Phases", (phase,)))
    return lanes_svg(rows, today, Span.TWO_YEARS, replace(PAPER, name=f"{theme}-sample"))


def cycles(today: date, theme: str) -> SafeString:
    """Return cycles as bars, each kind once: given, late, stopped, held, planned."""
    kinds = ("given", "given", "stopped", "held", "planned")
    bars, day = [], date(2026, 8, 3)
    for number, kind in enumerate(kinds, 1):
        followed, day = day, day + timedelta(days=_WAITED if number == 2 else 0)
        bars.append(CycleBar(number, followed, day, day + timedelta(days=27), kind))
        day += timedelta(days=28)
    return cycle_bars(bars, today, f"{theme}-sample")


def alert_values() -> SafeString:
    """Return the short line of values behind one alert, one of them printed as a bound."""
    points = [
        alert_series.Point(date(2025, 11, 10), 118, "118"),
        alert_series.Point(date(2026, 1, 12), 410, "410", struck=True),
        alert_series.Point(date(2026, 3, 10), 62, "62"),
        alert_series.Point(date(2026, 7, 2), 75, "<75", bound=True),
        alert_series.Point(date(2026, 11, 16), 131, "131"),
    ]
    edges = [
        alert_series.Edge(93, "+50 % = 93", criterion=True),
        alert_series.Edge(115, "lab limit 115"),
    ]
    return alert_series.series_svg(
        points, edges, "VEGF, plasma, pg/mL: 118, 410 struck, 62, <75, 131"
    )
