"""The course chart as SVG, on either sheet. Classes only, so that a strict policy holds."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from pathways.charts import ink
from pathways.charts.course import log_panel, small_panels, therapy
from pathways.charts.course.data import Course
from pathways.charts.course.sheet import Sheet
from pathways.charts.course.small_panels import side_titles
from pathways.charts.time_axis import Span, TimeAxis, time_axis

_NAME_APART = 52.0


def course_svg(course: Course, span: Span, sheet: Sheet) -> SafeString:
    """Draw the whole chart for a span; the page hides the sheet that does not fit."""
    axis = time_axis(
        course.today,
        span,
        course.first_on,
        left=sheet.left,
        right=sheet.right,
        narrow=sheet.narrow,
    )
    panels, bottom = _panels(course, axis, sheet)
    height = bottom + sheet.foot
    opening = (
        f'<svg class="cc cc-{sheet.name}" viewBox="0 0 {sheet.width} {ink.number(height)}" '
        f'width="{sheet.width}" height="{ink.number(height)}" role="group" '
        f'aria-label="{ink.escaped(_said(course, axis))}">'
        f'<defs><pattern id="{sheet.hatch}" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="cc-hatch" x1="0" y1="0" x2="0" y2="5"/>'
        "</pattern></defs>"
    )
    parts = [
        opening,
        *_ground(course, axis, sheet, bottom),
        *panels,
        "</svg>",
    ]
    # Safe: every part is a number, a word of ours, or was escaped by `ink`.
    return mark_safe("".join(parts))  # noqa: S308


def _said(course: Course, axis: TimeAxis) -> str:
    return f"{course.title}, {axis.start_on:%-d %b %Y} to {axis.end_on:%-d %b %Y}"


def _ground(course: Course, axis: TimeAxis, sheet: Sheet, bottom: float) -> list[str]:
    """Future, therapy, months and today: what lies behind every panel."""
    top = _head(sheet) - 34
    today = axis.inside(axis.today)
    return [
        ink.rect(today, top, axis.right - today, bottom - top, "cc-future"),
        *therapy.bands(course.therapy, axis, sheet, top, bottom),
        *(
            ink.line(tick.x, _head(sheet) + 6, tick.x, bottom, "cc-grid")
            for tick in axis.ticks(_NAME_APART)
        ),
        *therapy.days(course.therapy, axis, top, bottom),
        ink.line(today, top, today, bottom, "cc-today"),
    ]


def _head(sheet: Sheet) -> float:
    """Where the writing above the panels ends."""
    return sheet.head - 8


def _panels(course: Course, axis: TimeAxis, sheet: Sheet) -> tuple[list[str], float]:
    head = _head(sheet)
    drawn = side_titles(sheet, 2 if sheet.narrow else 12, "Therapy", ("hatched: delay",), ())
    drawn += therapy.heads(course.therapy, axis, head - 38)
    drawn.append(ink.text(axis.inside(course.today) + 4, head - 24, "today", "cc-strong cc-halo"))
    drawn.append(ink.line(axis.left, head + 6, axis.right, head + 6, "cc-axis"))
    y = sheet.head + (10 if sheet.narrow else 8)
    lower = 12 if sheet.narrow else 0  # beneath the line of its name
    vegf = log_panel.log_panel(course.vegf, axis, sheet, y + lower)
    apart = log_panel.apart(course.vegf, axis, y + (sheet.log if vegf else 14) + lower)
    lines = (course.vegf.unit, "log scale", "up is worse ↑", *(("* on no axis",) if apart else ()))
    drawn += side_titles(sheet, y, course.vegf.title, lines, ())
    drawn += (vegf + apart) or [_nothing(axis, y + 26)]
    y += (sheet.log if vegf else sheet.empty) + (20 if sheet.narrow else 0)
    y += sheet.beneath if apart else 0
    drawn += side_titles(sheet, y, course.clone.title, course.clone.lines, course.clone.last)
    strip = small_panels.clone_strip(course.clone, axis, y + (14 if sheet.narrow else 0))
    drawn += strip or [_nothing(axis, y + (26 if sheet.narrow else 14))]
    y += sheet.strip
    for score in course.scores:
        drawn += side_titles(sheet, y, score.title, (score.scale, score.worse), score.last)
        drawn += small_panels.score_panel(score, axis, sheet, y)
        y += sheet.score
    drawn.append(ink.line(axis.left, y, axis.right, y, "cc-grid"))
    drawn += side_titles(sheet, y + 12, "Marks", (), ()) if not sheet.narrow else []
    drawn += small_panels.lane(course.marks, axis, y)
    y += sheet.lane
    drawn.append(ink.line(axis.left, y, axis.right, y, "cc-axis"))
    for tick in axis.ticks(_NAME_APART):
        look = "cc-small cc-strong cc-mid" if tick.strong else "cc-small cc-mid"
        x = min(max(tick.x, axis.left + 14), axis.right - ink.width_of(tick.words) / 2)
        drawn.append(ink.text(x, y + 16, tick.words, look))
    return drawn, y


def _nothing(axis: TimeAxis, y: float) -> str:
    return ink.text(axis.left + 8, y, "Not recorded in this span", "cc-small cc-halo")
