"""The panels under VEGF: reports of the clone as dots, nerve scores as small lines, the lane of marks."""

from __future__ import annotations

from datetime import date

from pathways.charts import ink
from pathways.charts.course.data import Dot, LaneMark, MarkKind, Point, Score, Strip
from pathways.charts.course.sheet import Sheet
from pathways.charts.course.signs import alert_above, dash, next_due
from pathways.charts.scales import LinearScale
from pathways.charts.time_axis import TimeAxis

_APART = 28.0
_LEADING = 14.0


def clone_strip(strip: Strip, axis: TimeAxis, top: float) -> list[str]:
    """Draw filled discs for immunofixation positive, open ones for negative, values beneath."""
    y = top + 12
    shown = [dot for dot in strip.dots if axis.holds(dot.on)]
    named: list[float] = []
    drawn: list[str] = []
    for dot in reversed(shown):  # of two amounts that meet, the older gives way
        x = axis.x(dot.on)
        drawn.append(_dot(dot, x, y))
        if dot.shown and not any(abs(x - other) < _APART for other in named):
            named.append(x)
            drawn.append(ink.text(x, y + 20, dot.shown, "cc-small cc-mid cc-halo"))
    return list(reversed(drawn))


def _dot(dot: Dot, x: float, y: float) -> str:
    if dot.positive is None:  # amount alone: nobody reported what immunofixation showed
        drawn = dash(x, y)
    else:
        drawn = ink.shape("circle", x, y, "cc-dot" if dot.positive else "cc-dot cc-open")
    return ink.point(dot.words, drawn + alert_above(dot.alert, x, y), dot.href)


def score_panel(score: Score, axis: TimeAxis, sheet: Sheet, top: float) -> list[str]:
    """Draw one score: its line, both ends of its scale, the published change as a bar."""
    top = top + (18 if sheet.narrow else 0)
    scale = LinearScale(
        score.low, score.high, top + 8, top + sheet.score - (32 if sheet.narrow else 16)
    )
    shown = [point for point in score.points if axis.holds(point.on)]
    drawn = [ink.line(axis.left, scale.bottom, axis.right, scale.bottom, "cc-grid")]
    for end in (score.high, score.low):
        y = scale.y(end)
        drawn.append(ink.text(axis.left - 6, y + 4, f"{end.normalize():f}", "cc-small cc-end"))
    if score.change is not None:
        length = scale.length(score.change)
        bar = ink.rect(axis.left + 3, scale.bottom - length, 4, length, "cc-change")
        said = f"published change, {score.change.normalize():f}"
        drawn.append(f"<g>{ink.title(said)}{bar}</g>")
    run: list[tuple[float, float]] = []
    before: date | None = None
    for point in shown:
        if before is not None and (point.on - before).days > score.longest_gap_days:
            drawn.append(ink.path(run, "cc-line cc-ink"))
            run = []
        run.append((axis.x(point.on), scale.y(point.value)))
        before = point.on
    drawn.append(ink.path(run, "cc-line cc-ink"))
    for point in shown:
        x, y = axis.x(point.on), scale.y(point.value)
        mark = ink.shape("circle", x, y, "cc-mark cc-ink") + alert_above(point.alert, x, y)
        drawn.append(ink.point(point.words, mark, point.href))
    if shown:
        first, last = shown[0], shown[-1]
        if first is not last:
            x = max(axis.x(first.on), axis.left + 6)
            drawn.append(ink.text(x, scale.y(first.value) - 8, first.shown, "cc-small cc-halo"))
        x, y = axis.x(last.on), scale.y(last.value)
        drawn.append(ink.text(x + 8, y + 4, last.shown, "cc-small cc-halo"))
    drawn += next_due(score.due, axis, [top + 4], _covered(shown, scale, axis))
    if score.silence and not sheet.narrow:
        today = axis.inside(axis.today)
        drawn.append(
            ink.text(today - 4, scale.bottom - 4, score.silence, "cc-small cc-end cc-halo")
        )
    return drawn


def _covered(shown: list[Point], scale: LinearScale, axis: TimeAxis) -> list[ink.Box]:
    """Return what the points cover, and the last value beside the last one."""
    marks = [ink.mark_box(axis.x(point.on), scale.y(point.value)) for point in shown]
    last = [
        ink.box_of(axis.x(point.on) + 8, scale.y(point.value) + 4, point.shown, "")
        for point in shown[-1:]
    ]
    return marks + last


def lane(marks: tuple[LaneMark, ...], axis: TimeAxis, top: float) -> list[str]:
    """Draw what happened: triangle for an alert, square for a check-in, bar for an illness."""
    y = top + 18
    drawn = []
    for mark in marks:
        until = mark.until_on or mark.on
        if not axis.touches(mark.on, until):
            continue
        x = axis.inside(mark.on)
        match mark.kind:
            case MarkKind.ILLNESS:
                stroke = ink.rect(x, y - 3, max(axis.inside(until) - x, 5), 6, "cc-illness")
            case MarkKind.CHECK_IN:
                stroke = ink.shape("square", x, y, "cc-check-in")
            case _:
                stroke = ink.shape("triangle", x, y, f"cc-{mark.kind.value}")
        drawn.append(ink.point(mark.words, stroke, mark.href))
    return drawn


def side_titles(
    sheet: Sheet, top: float, title: str, lines: tuple[str, ...], last: tuple[str, ...]
) -> list[str]:
    """Write a panel's name at its left and its last value at its right, or one line above it."""
    if sheet.narrow:
        said = ", ".join(lines)
        drawn = [f'<text class="cc-small cc-halo" x="2" y="{ink.number(top + 8)}">']
        drawn[0] += f'<tspan class="cc-strong">{ink.escaped(title)}</tspan> '
        drawn[0] += f"{ink.escaped(said)}</text>"
        return drawn
    drawn = [ink.text(0, top + 10, title, "cc-strong")]
    for row, words in enumerate(lines, start=1):
        drawn.append(ink.text(0, top + 10 + _LEADING * row, words, "cc-small"))
    for row, words in enumerate(last):
        look = "cc-small cc-strong" if row == 0 else "cc-small"
        drawn.append(ink.text(sheet.right + 6, top + 10 + _LEADING * row, words, look))
    return drawn
