"""Signs beside values: an open alert above its point, a bar on the day the next value is due."""

from __future__ import annotations

from pathways.charts import ink
from pathways.charts.course.data import NextDue
from pathways.charts.time_axis import TimeAxis

BAR = 36.0
_ABOVE = 16.0  # clear of the ring around a lowest
_LEADING = 14.0
_BESIDE = 6.0


def alert_above(alert: str, x: float, y: float) -> str:
    """Draw the triangle of an open alert above a value; nothing where there is none."""
    return ink.shape("triangle", x, y - _ABOVE, "cc-alert-open") if alert else ""


def dash(x: float, y: float) -> str:
    """Draw what has a day and no place on a scale."""
    return ink.line(x - 4, y, x + 4, y, "cc-dash")


def next_due(due: NextDue | None, axis: TimeAxis, top: float) -> list[str]:
    """Draw a bar on the day something is due next, its words beside it.

    A day off the paper has no bar, for it would stand on a wrong day; its words stand at the edge.
    """
    if due is None:
        return []
    look = " cc-late" if due.late else ""
    room = max(ink.width_of(words) for words in due.lines)
    if axis.holds(due.on):
        x = axis.x(due.on)
        drawn = [ink.rect(x - 2, top, 4, BAR, f"cc-due{look}")]
    else:
        x = axis.right - _BESIDE if due.on > axis.end_on else axis.inside(axis.today)
        drawn = []
    fits = x + _BESIDE + room <= axis.right
    side, anchor = (_BESIDE, "") if fits else (-_BESIDE, " cc-end")
    for row, words in enumerate(due.lines):
        y = top + 12 + _LEADING * row
        drawn.append(ink.text(x + side, y, words, f"cc-small cc-halo{look}{anchor}"))
    return [f"<g>{ink.title(due.words)}{''.join(drawn)}</g>"]
