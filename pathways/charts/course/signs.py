"""Signs beside values: an open alert above its point, a bar on the day the next value is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

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


def next_due(
    due: NextDue | None, axis: TimeAxis, tops: Sequence[float], taken: Iterable[ink.Box] = ()
) -> list[str]:
    """Draw a bar on the day something is due next, its words where they cover nothing.

    `tops` are the heights it may stand at, the best one first. A day off the paper has no bar, for
    it would stand on a wrong day; its words stand at the edge.
    """
    if due is None:
        return []
    look = " cc-late" if due.late else ""
    covered, today = list(taken), axis.inside(axis.today)
    line = ink.Box(today - 1, 0, today + 1, float("inf"))
    tried = [place for top in tops for place in _places(due, axis, top)]
    places = [place for place in tried if place.bar.bottom <= max(tops) + BAR] or tried
    free = (
        place
        for place in places
        if not place.words.meets(line) and not any(map(place.covers, covered))
    )
    place = next(free, places[0])
    drawn = []
    if axis.holds(due.on):
        left, top = place.bar.left, place.bar.top
        drawn.append(ink.rect(left, top, place.bar.right - left, BAR, f"cc-due{look}"))
    for row, words in enumerate(due.lines):
        y = place.words.top + 12 + _LEADING * row
        drawn.append(ink.text(place.x, y, words, f"cc-small cc-halo{look}{place.anchor}"))
    return [f"<g>{ink.title(due.words)}{''.join(drawn)}</g>"]


class _Place(NamedTuple):
    """Where a bar and its words could stand."""

    bar: ink.Box
    words: ink.Box
    x: float
    anchor: str

    def covers(self, other: ink.Box) -> bool:
        return self.words.meets(other) or self.bar.meets(other)


def _places(due: NextDue, axis: TimeAxis, top: float) -> Iterator[_Place]:
    """Yield the places at one height that lie on the plot: words beside, over or apart from the bar."""
    room = max(ink.width_of(words) for words in due.lines)
    tall = _LEADING * len(due.lines) + 2
    if axis.holds(due.on):
        x = axis.x(due.on)
    else:
        x = axis.right - _BESIDE if due.on > axis.end_on else axis.inside(axis.today)
    bar = ink.Box(x - 2, top, x + 2, top + BAR)
    today = axis.inside(axis.today)
    if x + _BESIDE + room <= axis.right:
        yield _Place(bar, _words(x + _BESIDE, top, room, tall), x + _BESIDE, "")
    else:
        over = bar._replace(top=top + tall, bottom=top + tall + BAR)
        yield _Place(bar, _words(x - _BESIDE - room, top, room, tall), x - _BESIDE, " cc-end")
        yield _Place(over, _words(axis.right - room, top, room, tall), axis.right, " cc-end")
    # To the left also where the days to come are too narrow for the words: before today, then.
    for end in (x - _BESIDE, today - _BESIDE):
        if end - room >= axis.left and end < x:
            yield _Place(bar, _words(end - room, top, room, tall), end, " cc-end")


def _words(left: float, top: float, room: float, tall: float) -> ink.Box:
    return ink.Box(left, top, left + room, top + tall)
